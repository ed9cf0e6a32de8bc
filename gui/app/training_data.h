// The data side of the open document's training settings.
#pragma once

#include "gui/data/data_use.h"
#include "gui/document/document.h"

namespace bypath {

// As a run of the document would use them, environment included; the normalisation is the one the network
// asks for.
DataUse dataUseOf(const DocumentEditor& editor);
// One undoable step.
void setAugment(DocumentEditor& editor, bool on);

}  // namespace bypath
