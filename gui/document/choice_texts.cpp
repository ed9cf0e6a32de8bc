#include "gui/document/choice_texts.h"

#include <algorithm>
#include <QCoreApplication>

namespace bypath {
namespace {

struct Words {
  const char* key;
  const char* id;
  const char* title;
  const char* note;
};

constexpr Words words[] = {
    {"order", "original", QT_TRANSLATE_NOOP("Choice", "Original"),
     QT_TRANSLATE_NOOP("Choice", "As in 2015: 6.61 % error at 110 layers.")},
    {"order", "full-preactivation", QT_TRANSLATE_NOOP("Choice", "Full pre-activation"),
     QT_TRANSLATE_NOOP("Choice", "Nothing stands on the way of the signal: 6.37 % error, the best.")},
    {"order", "bn-after-add", QT_TRANSLATE_NOOP("Choice", "Normalisation after the sum"),
     QT_TRANSLATE_NOOP("Choice", "It also rescales the shortcut: 8.17 % error.")},
    {"order", "relu-before-add", QT_TRANSLATE_NOOP("Choice", "ReLU before the sum"),
     QT_TRANSLATE_NOOP("Choice", "The branch can only add, never take away: 7.84 % error.")},
    {"order", "relu-only-preactivation", QT_TRANSLATE_NOOP("Choice", "ReLU-only pre-activation"),
     QT_TRANSLATE_NOOP("Choice", "The ReLU reads what is not normalised: 6.71 % error.")},
    {"shortcut", "identity", QT_TRANSLATE_NOOP("Choice", "Identity"),
     QT_TRANSLATE_NOOP("Choice", "The signal as it is; the shape must stay.")},
    {"shortcut", "zero-pad", QT_TRANSLATE_NOOP("Choice", "Zero padding (A)"),
     QT_TRANSLATE_NOOP("Choice", "Where the shape changes, every other pixel and channels of zeros.")},
    {"shortcut", "projection", QT_TRANSLATE_NOOP("Choice", "Projection on change (B)"),
     QT_TRANSLATE_NOOP("Choice", "A 1×1 convolution where the shape changes, the identity elsewhere.")},
    {"shortcut", "projection-always", QT_TRANSLATE_NOOP("Choice", "Projection always (C)"),
     QT_TRANSLATE_NOOP("Choice", "A 1×1 convolution in every block: more parameters, hardly better.")},
    {"shortcut", "none", QT_TRANSLATE_NOOP("Choice", "No shortcut"),
     QT_TRANSLATE_NOOP("Choice", "The plain twin: at 110 layers it fails to train.")},
    {"shortcut", "scaled", QT_TRANSLATE_NOOP("Choice", "Scaled"),
     QT_TRANSLATE_NOOP("Choice", "A constant factor; with a half the network fails to train.")},
    {"shortcut", "exclusive-gating", QT_TRANSLATE_NOOP("Choice", "Exclusive gating"),
     QT_TRANSLATE_NOOP("Choice", "A gate shares out between branch and shortcut: 8.70 % at best.")},
    {"shortcut", "shortcut-gating", QT_TRANSLATE_NOOP("Choice", "Shortcut-only gating"),
     QT_TRANSLATE_NOOP("Choice", "A gate on the shortcut alone: 12.86 %, or 6.91 % when it starts open.")},
    {"shortcut", "convolution", QT_TRANSLATE_NOOP("Choice", "1×1 convolution"),
     QT_TRANSLATE_NOOP("Choice", "In every block: 12.22 % error.")},
    {"shortcut", "dropout", QT_TRANSLATE_NOOP("Choice", "Dropout"),
     QT_TRANSLATE_NOOP("Choice", "On the shortcut: the network fails to train.")},
    {"branch", "basic", QT_TRANSLATE_NOOP("Choice", "Basic"), nullptr},
    {"branch", "bottleneck", QT_TRANSLATE_NOOP("Choice", "Bottleneck"), nullptr},
    {"branch", "free", QT_TRANSLATE_NOOP("Choice", "Free"), nullptr},
};

const Words* wordsOf(const std::string& key, const std::string& id) {
  const auto* found = std::ranges::find_if(words, [&](const Words& w) { return key == w.key && id == w.id; });
  return found == std::end(words) ? nullptr : found;
}

}  // namespace

QString choiceTitle(const std::string& key, const std::string& id) {
  if (const Words* known = wordsOf(key, id)) return QCoreApplication::translate("Choice", known->title);
  return QString::fromStdString(id).replace('-', ' ');
}

QString choiceNote(const std::string& key, const std::string& id) {
  const Words* known = wordsOf(key, id);
  return known && known->note ? QCoreApplication::translate("Choice", known->note) : QString();
}

}  // namespace bypath
