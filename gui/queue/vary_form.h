// What is varied in a series of experiments: a network, settings with several values each, and whether the
// plain twin is trained beside each.
//
//   form->setBases({{tr("This network"), "", keys}, ...});
//   connect(form, &VaryForm::wanted, this, [=] { queue.addAll(form->experiments()->experiments, ...); });
#pragma once

#include <QWidget>
#include <string>
#include <vector>

#include "core/experiments/sweep.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace bypath {

// A network to vary, and the keys that it has.
struct VaryBase {
  QString title;
  std::string network;            // a template's id; empty: the open document
  const AttributeSchema* schema;  // of the template; null: none
};

class VaryForm : public QWidget {
  Q_OBJECT
 public:
  // `training` are the keys that every network has. The schemas must outlive the form.
  explicit VaryForm(const AttributeSchema& training, QWidget* parent = nullptr);
  void setBases(std::vector<VaryBase> bases);

  // The template chosen; empty for the document.
  std::string network() const;
  Result<Sweep> experiments() const;

  QComboBox* baseBox() const { return base_; }
  QComboBox* keyBox(int line) const { return lines_.at(static_cast<size_t>(line)).key; }
  QLineEdit* valuesField(int line) const { return lines_.at(static_cast<size_t>(line)).values; }
  QPushButton* addButton() const { return add_; }
  QPushButton* moreButton() const { return more_; }
  QCheckBox* twinBox() const { return twin_; }
  QString said() const;

 Q_SIGNALS:
  void wanted();
  void cancelled();

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  struct Line {
    QWidget* row;
    QComboBox* key;
    QLineEdit* values;
  };
  void addLine();
  void fillKeys(QComboBox* box) const;
  void showKeys();
  void check();
  const AttributeDescription* description(const std::string& key) const;

  const AttributeSchema& training_;
  std::vector<VaryBase> bases_;
  std::vector<Line> lines_;
  QComboBox* base_;
  QVBoxLayout* rows_;
  QPushButton* more_;
  QCheckBox* twin_;
  QLabel* said_;
  QPushButton* add_;
};

}  // namespace bypath
