// A form made from a schema: a line for every attribute, with its help and range. Says what was changed;
// keeps nothing but what differs from the defaults.
//
//   auto* form = new AttributeForm(schema, {"epochs", "batch"});
//   form->setAttributes(project.training);
//   connect(form, &AttributeForm::edited, this, [=](const QString& key, const AttributeValue& value) { ...
//   });
#pragma once

#include <map>
#include <QWidget>
#include <string>
#include <vector>

#include "core/base/attributes.h"

class QFormLayout;
class QLabel;

namespace bypath {

class AttributeField;

class AttributeForm : public QWidget {
  Q_OBJECT
 public:
  // Only these keys, in this order; none: all of them. The schema must outlive the form.
  explicit AttributeForm(const AttributeSchema& schema, const std::vector<std::string>& keys = {},
                         QWidget* parent = nullptr);
  // What differs from the defaults; everything else is shown at its default.
  void setAttributes(const Attributes& attributes);
  // What now differs from the defaults.
  const Attributes& attributes() const { return attributes_; }

 Q_SIGNALS:
  void edited(const QString& key, const bypath::AttributeValue& value);

 private:
  struct Line {
    AttributeField* field = nullptr;
    QLabel* label = nullptr;
    QLabel* problem = nullptr;
  };
  void addLine(const AttributeDescription& description);
  void showValue(const AttributeDescription& description);
  void take(const AttributeDescription& description, const AttributeValue& value);
  void markChanged(const AttributeDescription& description);

  const AttributeSchema& schema_;
  Attributes attributes_;
  std::map<std::string, Line, std::less<>> lines_;
  QFormLayout* layout_;
};

}  // namespace bypath
