// One field of a form, made from the description of an attribute.
#pragma once

#include <functional>
#include <QWidget>

#include "core/base/attributes.h"

class QLineEdit;

namespace bypath {

// Shows a value and tells of a new one: while it is typed where every keystroke is a value, else when it is
// finished.
class AttributeField : public QWidget {
  Q_OBJECT
 public:
  AttributeField(const AttributeDescription& description, QWidget* parent = nullptr);

  const std::string& key() const { return description_.key; }
  // Shows it without telling; leaves a field alone that shows it already.
  void setValue(const AttributeValue& value);

 Q_SIGNALS:
  void edited(const AttributeValue& value);

 private:
  void addInteger();
  void addReal();
  void addBoolean();
  void addChoice();
  QLineEdit* addText();
  void addFolderChooser(QLineEdit* line);
  void adopt(QWidget* editor);

  AttributeDescription description_;
  std::function<void(const AttributeValue&)> show_;
};

}  // namespace bypath
