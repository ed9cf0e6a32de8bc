// The first thing a person sees: networks that are ready to train, their parameters, and the files opened
// last.
#pragma once

#include <QWidget>

#include "core/base/attributes.h"

class QLabel;
class QListWidget;
class QPushButton;
class QVBoxLayout;

namespace bypath {

class AttributeForm;
struct TemplateType;

class StartPage : public QWidget {
  Q_OBJECT
 public:
  explicit StartPage(QWidget* parent = nullptr);
  void choose(const QString& templateId);
  QString chosen() const;
  AttributeForm* form() const { return form_; }
  QPushButton* openButton() const { return open_; }
  void showProblem(const QString& sentence);
  void refreshRecent();

 Q_SIGNALS:
  void templateRequested(const QString& id, const bypath::Attributes& parameters);
  void emptyRequested();
  void fileRequested(const QString& path);
  void openRequested();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* makeGallery();
  QWidget* makeDetails();
  QWidget* makeFiles();
  void showChosen();

  QListWidget* gallery_;
  QLabel* title_;
  QLabel* summary_;
  QLabel* facts_;
  QVBoxLayout* formPlace_;
  AttributeForm* form_ = nullptr;
  QPushButton* open_;
  QListWidget* recent_;
  QLabel* noRecent_;
};

}  // namespace bypath
