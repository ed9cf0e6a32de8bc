// The first thing a person sees: networks that are ready to train, the parameters of the chosen one, and the
// files opened last. All of it can be reached and opened by keyboard.
#pragma once

#include <QWidget>

#include "core/base/attributes.h"

class QBoxLayout;
class QGridLayout;
class QLabel;
class QPushButton;

namespace bypath {

class AttributeForm;
class LessonCards;
class RecentList;
class TemplateDetails;
class TemplateGallery;

class StartPage : public QWidget {
  Q_OBJECT
 public:
  explicit StartPage(QWidget* parent = nullptr);
  void choose(const QString& templateId);
  QString chosen() const;
  AttributeForm* form() const;
  QPushButton* openButton() const;
  QSize minimumSizeHint() const override;
  TemplateGallery* gallery() const { return gallery_; }
  TemplateDetails* details() const { return details_; }
  RecentList* recent() const { return recent_; }
  LessonCards* lessons() const { return lessons_; }
  void refreshRecent();
  void showLessons();  // into sight, the first with the focus

 Q_SIGNALS:
  void templateRequested(const QString& id, const bypath::Attributes& parameters);
  void emptyRequested();
  void fileRequested(const QString& path);
  void openRequested();
  void lessonRequested(const QString& id);

 protected:
  void showEvent(QShowEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  QWidget* makeFiles();
  QWidget* makeLessons();
  void arrange(bool wide);

  TemplateGallery* gallery_;
  TemplateDetails* details_;
  RecentList* recent_;
  QLabel* noRecent_;
  QWidget* files_;
  LessonCards* lessons_;
  QBoxLayout* lessonsRow_ = nullptr;
  QWidget* content_;
  QGridLayout* grid_;
};

}  // namespace bypath
