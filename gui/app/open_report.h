// What is said about a file that opened but is not in order.
#pragma once

#include <QString>

#include "gui/document/document.h"

namespace bypath {

// One sentence or two; empty for a file that is in order, however unfinished the drawing in it is. Each
// problem stands in editor.checked().diagnostics.
QString openReport(const DocumentEditor& editor);

// Whether a drawing holds what nobody can draw: circles, loose wires, names given twice, unknown layer types,
// settings that the layer does not have.
bool isDamaged(const Graph& graph, const LayerCatalog& layers);

}  // namespace bypath
