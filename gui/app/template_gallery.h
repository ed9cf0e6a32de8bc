// The built-in networks as cards: a picture drawn from the network itself, its name and a sentence.
#pragma once

#include <map>
#include <QListWidget>

#include "gui/app/network_sketch.h"

namespace bypath {

class Surveyor;

class TemplateGallery : public QListWidget {
  Q_OBJECT
 public:
  explicit TemplateGallery(QWidget* parent = nullptr);
  ~TemplateGallery() override;

  void choose(const QString& templateId);  // the first one where there is no such
  QString chosen() const;
  // The network of a template as it is without changes; nullptr until it has been looked at.
  const NetworkSketch* sketch(const QString& templateId) const;

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  Surveyor* surveyor_;
  std::map<QString, NetworkSketch> sketches_;
  bool surveyed_ = false;
};

}  // namespace bypath
