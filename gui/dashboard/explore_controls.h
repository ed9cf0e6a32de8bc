// The three ways to look into a latent space, each with its own controls: from one image to another, along a
// principal axis, and the same random codes through the time of a run. Each says what it wants walked.
#pragma once

#include <QWidget>

#include "gui/dashboard/latent_walk.h"

class QCheckBox;
class QLabel;
class QSlider;
class QSpinBox;

namespace bypath {

class ImageChooser;
class SampleHistory;

class BetweenControls : public QWidget {
  Q_OBJECT
 public:
  explicit BetweenControls(QWidget* parent = nullptr);
  void setSource(const LatentSource& source);
  LatentWalk walk() const;
  ImageChooser* from() const { return from_; }
  ImageChooser* to() const { return to_; }

 Q_SIGNALS:
  void changed();

 private:
  ImageChooser* from_;
  ImageChooser* to_;
};

class AxisControls : public QWidget {
  Q_OBJECT
 public:
  explicit AxisControls(QWidget* parent = nullptr);
  void setSource(const LatentSource& source);
  LatentWalk walk() const;
  QSpinBox* axis() const { return axis_; }
  QSlider* slider() const { return slider_; }
  QSpinBox* rows() const { return rows_; }

 Q_SIGNALS:
  void changed();

 private:
  void showShare();

  std::vector<double> shares_;
  QSlider* slider_;
  QSpinBox* axis_;
  QSpinBox* rows_;
  QLabel* share_;
};

class TimeControls : public QWidget {
  Q_OBJECT
 public:
  explicit TimeControls(QWidget* parent = nullptr);
  // Stays at the newest while it is there.
  void setHistory(const SampleHistory& history);
  int index() const;
  QSlider* slider() const { return slider_; }

 Q_SIGNALS:
  void changed();

 private:
  QSlider* slider_;
};

}  // namespace bypath
