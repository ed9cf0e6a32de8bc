// The page of one selected node.
#pragma once

#include <QWidget>
#include <vector>

#include "gui/document/container_view.h"
#include "gui/document/document.h"

class QFormLayout;
class QLabel;
class QLineEdit;

namespace bypath {

class AttributeField;
class DiagnosticList;
class FactsTable;

class NodePage : public QWidget {
  Q_OBJECT
 public:
  explicit NodePage(DocumentEditor& editor, QWidget* parent = nullptr);

  // False when there is no such node.
  bool show(const std::string& path);

 Q_SIGNALS:
  void renamed(const QString& path);
  void fixChosen(const Fix& fix);

 private:
  void buildForm(const LayerType* type);
  void showValues(const Node& node, const LayerType* type);
  void showFacts();
  void rename();
  void set(const std::string& key, const AttributeValue& value);
  void say(const std::string& sentence);

  DocumentEditor& editor_;
  ContainerView view_;
  std::string path_;
  std::string name_;
  std::string type_;  // the form is built for
  bool renaming_ = false;
  QLabel* chip_;
  QLabel* title_;
  QLineEdit* nameLine_;
  QLabel* summary_;
  QLabel* message_;
  DiagnosticList* diagnostics_;
  QWidget* form_;
  std::vector<AttributeField*> fields_;
  FactsTable* facts_;
};

}  // namespace bypath
