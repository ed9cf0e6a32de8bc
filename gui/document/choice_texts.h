// The words a person reads for the choices of an attribute, whose ids are made for files and command lines.
#pragma once

#include <QString>

namespace bypath {

// "Full pre-activation" for "full-preactivation" of "order"; an id without words of its own reads as it is,
// with spaces.
QString choiceTitle(const std::string& key, const std::string& id);
// What is known of a residual block's order or shortcut, in one sentence; empty for anything else. The errors
// are those of a 110-layer network on CIFAR-10 (He et al. 2016, tables 1 and 2).
QString choiceNote(const std::string& key, const std::string& id);

}  // namespace bypath
