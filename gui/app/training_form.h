// The training settings of the open document, in sections; every change is an undoable step.
#pragma once

#include <QScrollArea>
#include <vector>

#include "gui/document/document.h"

namespace bypath {

class AttributeForm;

class TrainingForm : public QScrollArea {
  Q_OBJECT
 public:
  explicit TrainingForm(DocumentEditor& editor, QWidget* parent = nullptr);

 private:
  void addSection(const QString& title, const std::vector<std::string>& keys);
  void store(const QString& key, const AttributeValue& value);
  void showDocument();

  DocumentEditor& editor_;
  std::vector<AttributeForm*> forms_;
};

}  // namespace bypath
