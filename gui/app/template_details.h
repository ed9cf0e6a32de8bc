// The chosen template: its picture and its parameters as a form, with what the network comes to as they
// stand.
#pragma once

#include <QFrame>

#include "core/base/attributes.h"

class QLabel;
class QPushButton;
class QScrollArea;

namespace bypath {

class AttributeForm;
class FactsTable;
class SketchView;
class Surveyor;
struct NetworkSurvey;

class TemplateDetails : public QFrame {
  Q_OBJECT
 public:
  explicit TemplateDetails(QWidget* parent = nullptr);
  void showTemplate(const QString& id);
  // Tab goes from there through the form to the button.
  void tabAfter(QWidget* before);

  AttributeForm* form() const { return form_; }
  QPushButton* openButton() const { return open_; }
  FactsTable* facts() const { return facts_; }
  QString problem() const;  // why there is no such network; empty when there is

 Q_SIGNALS:
  void openRequested(const QString& id, const bypath::Attributes& parameters);

 protected:
  void keyPressEvent(QKeyEvent* event) override;  // Enter, in the form or on the button
  void resizeEvent(QResizeEvent* event) override;

 private:
  void recount();
  void showSurvey(const NetworkSurvey& survey);
  void showProblem(const QString& sentence);

  QString id_;
  Surveyor* surveyor_;
  QLabel* title_;
  QLabel* summary_;
  SketchView* picture_;
  QScrollArea* formPlace_;
  AttributeForm* form_ = nullptr;
  FactsTable* facts_;
  QLabel* problem_;
  QPushButton* open_;
};

}  // namespace bypath
