// Readers of an SVG without our font take another one: every text is told how long it was drawn, so that it
// stays inside its place there, too.
#pragma once

#include <QByteArray>

namespace bypath {

// What cannot be read comes back as it is.
QByteArray withFixedTexts(const QByteArray& svg);

}  // namespace bypath
