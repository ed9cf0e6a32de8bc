// What a trained network loses with each of its blocks (Veit 2016): a bar for each removal or swap, in the
// order drawn; or with more and more of them at once, drawn at random, as a curve with its spread.
//
//   connect(page, &InsidePage::wanted, bench, &InsideBench::removeBlocks);
//   page->setLesions(*lesions, tr("step 200 of 7"));
#pragma once

#include "core/inspection/lesion.h"
#include "gui/inspector/bars_page.h"

class QComboBox;
class QSpinBox;

namespace bypath {

class ValueLines;

class LesionPage : public BarsPage {
  Q_OBJECT
 public:
  explicit LesionPage(QWidget* parent = nullptr);
  void setLesions(const Lesions& lesions, const QString& source);
  LesionRequest request() const;  // as chosen, without data set and progress
  // The residual blocks that are muted on the canvas. Where the page shows what the network loses without
  // them, it measures anew.
  void setMuted(const std::vector<std::string>& paths);
  QSpinBox* limitBox() const { return limit_; }
  QComboBox* kindBox() const { return kind_; }
  QComboBox* measureBox() const { return measure_; }
  QSpinBox* mostBox() const { return most_; }
  QSpinBox* drawsBox() const { return draws_; }
  ValueLines* lines() const { return lines_; }

 Q_SIGNALS:
  void nodeRequested(const QString& path);  // a bar was clicked

 private:
  void showOptions();
  bool showsMuted() const;
  void draw();
  void drawBars(bool accurate);
  void drawLines(bool accurate);
  QString captionOf(bool accurate) const;

  Lesions lesions_;
  QString source_;
  std::vector<std::string> muted_;
  QComboBox* kind_;
  QSpinBox* most_;
  QSpinBox* draws_;
  QSpinBox* limit_;
  QComboBox* measure_;
  ValueLines* lines_;
};

}  // namespace bypath
