#include "gui/inspector/mistakes_page.h"

#include <cmath>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QScrollArea>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableWidget>
#include <QVBoxLayout>

#include "core/training/frame_images.h"
#include "gui/dashboard/frame_image.h"
#include "gui/inspector/confusion_matrix.h"
#include "gui/inspector/image_limit.h"
#include "gui/inspector/picture_cards.h"
#include "gui/theme/picture_size.h"

namespace bypath {

namespace {

enum Column { classColumn, imagesColumn, precisionColumn, recallColumn, f1Column, columns };

constexpr size_t mostPictures = 200;

QString percent(double share) {
  if (!std::isfinite(share)) return QStringLiteral("–");
  return QStringLiteral("%1 %").arg(share * 100, 0, 'f', share < 0.0995 ? 1 : 0);
}

QString percent(const std::optional<double>& share) {
  return share ? QStringLiteral("%1 %").arg(*share * 100, 0, 'f', 1) : QStringLiteral("–");
}

QString numbered(qint64 number) {
  return QLocale().toString(number);
}

}  // namespace

MistakesPage::MistakesPage(QWidget* parent)
    : InsidePage(
          {.icon = QStringLiteral("warning"),
           .verb = tr("Find the mistakes"),
           .title = tr("Nothing looked for yet"),
           .text = tr("Reads a run's last checkpoint and lets it classify validation images: which "
                      "classes it takes for which, and the images it is most wrong about."),
           .without = tr("Only a classifier takes one class for another: train a network that ends in a "
                         "softmax loss, such as the template starter, and its run can be chosen here."),
           .busy = tr("Classifying validation images"),
           .file = QStringLiteral("mistakes")},
          parent),
      limit_(makeImageLimit(tr("How many validation images, at most, are classified"))),
      view_(new QComboBox),
      matrix_(new ConfusionMatrix),
      heading_(new QLabel),
      pictures_(new PictureCards),
      table_(new QTableWidget(0, columns)),
      beside_(new QStackedWidget) {
  view_->addItems({tr("Images"), tr("Classes")});
  view_->setAccessibleName(tr("What stands beside the matrix"));
  view_->setToolTip(tr("The images of the selected cell, or a table of the classes"));
  addOption(limit_);
  addView(view_);
  matrix_->setAccessibleName(tr("Which classes are taken for which"));
  auto* both = new QSplitter(Qt::Horizontal);
  both->addWidget(matrix_);
  both->addWidget(besideTheMatrix());
  both->setStretchFactor(0, 1);
  both->setStretchFactor(1, 1);
  both->setChildrenCollapsible(false);
  constexpr int half = 400;
  both->setSizes({half, half});
  setResultView(both,
                [this](const QString& path, const QString& title) { return matrix_->exportTo(path, title); });
  connect(view_, &QComboBox::currentIndexChanged, beside_, &QStackedWidget::setCurrentIndex);
  connect(matrix_, &ConfusionMatrix::selectedChanged, this, &MistakesPage::showImages);
  connect(matrix_, &ConfusionMatrix::pointedAt, this, [this](const QString& reading) {
    if (!reading.isEmpty()) setReading(reading);
  });
  connect(pictures_, &PictureCards::selectedChanged, this, &MistakesPage::showCard);
}

QWidget* MistakesPage::besideTheMatrix() {
  heading_->setProperty("role", "muted");
  heading_->setContentsMargins(6, 0, 0, 0);
  heading_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);  // or it would push the matrix
  pictures_->setAccessibleName(tr("Images, the most wrong first"));
  auto* images = new QWidget;
  auto* column = new QVBoxLayout(images);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(heading_);
  column->addWidget(PictureCards::scrolled(pictures_), 1);
  table_->setHorizontalHeaderLabels({tr("Class"), tr("Images"), tr("Precision"), tr("Recall"), tr("F1")});
  table_->horizontalHeaderItem(precisionColumn)
      ->setToolTip(tr("Of the images taken for this class, the share that is of it"));
  table_->horizontalHeaderItem(recallColumn)->setToolTip(tr("Of the images of this class, the share found"));
  table_->horizontalHeaderItem(f1Column)->setToolTip(tr("The harmonic mean of precision and recall"));
  table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  for (const int wide : {classColumn, precisionColumn})
    table_->horizontalHeader()->setSectionResizeMode(wide, QHeaderView::ResizeToContents);
  table_->horizontalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
  table_->horizontalHeaderItem(classColumn)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  constexpr int rowHeight = 24;
  table_->verticalHeader()->setDefaultSectionSize(rowHeight);
  table_->horizontalHeader()->setHighlightSections(false);
  table_->verticalHeader()->hide();
  table_->setShowGrid(false);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setAccessibleName(tr("Precision and recall of each class"));
  beside_->addWidget(images);
  beside_->addWidget(table_);
  return beside_;
}

int64_t MistakesPage::limit() const {
  return limit_->value();
}

QString MistakesPage::heading() const {
  return heading_->text();
}

QString MistakesPage::className(int index) const {
  return QString::fromStdString(confusion_.classes[static_cast<size_t>(index)]);
}

void MistakesPage::setConfusion(const Confusion& confusion, std::shared_ptr<const DataSet> set,
                                const QString& source) {
  confusion_ = confusion;
  data_ = std::move(set);
  QStringList names;
  for (const std::string& name : confusion_.classes) names << QString::fromStdString(name);
  matrix_->setCounts(confusion_.counts, names);
  fillTable();
  showImages();
  judge(source);
  showResult(
      tr("Rows are classes, columns what their images are taken for; a good classifier is dark on the "
         "diagonal alone."));
}

void MistakesPage::judge(const QString& source) {
  if (const int64_t unscored = confusion_.unscored(); unscored > 0)
    return setVerdict(tr("The class scores of %1 of %2 images are no numbers: this run has diverged (%3).")
                          .arg(numbered(unscored), numbered(confusion_.images), source),
                      QStringLiteral("warning"), &Theme::warning);
  QString worst = tr("no mistake");
  int64_t most = 0;
  for (size_t label = 0; label < confusion_.counts.size(); ++label)
    for (size_t predicted = 0; predicted < confusion_.counts.size(); ++predicted) {
      const int64_t count = confusion_.counts[label][predicted];
      if (label == predicted || count <= most) continue;
      most = count;
      worst = tr("most often %1 taken for %2, %3 times")
                  .arg(className(static_cast<int>(label)), className(static_cast<int>(predicted)),
                       numbered(count));
    }
  setVerdict(tr("Accuracy %1 % on %2 images; %3 (%4).")
                 .arg(QString::number(confusion_.accuracy * 100, 'f', 1), numbered(confusion_.images), worst,
                      source),
             QStringLiteral("info"), &Theme::textMuted);
}

// Of the selected cell, or without one, all mistakes.
void MistakesPage::showImages() {
  const bool all = matrix_->label() < 0;
  const std::vector<ImagePrediction> found =
      all ? confusion_.mistakes() : confusion_.cell(matrix_->label(), matrix_->predicted());
  std::vector<PictureCard> cards;
  for (size_t i = 0; i < std::min(found.size(), mostPictures); ++i) {
    const ImagePrediction& one = found[i];
    const QString is =
        QStringLiteral("%1 %2").arg(className(one.label), percent(static_cast<double>(one.labelProbability)));
    const QString taken = QStringLiteral("%1 %2").arg(className(one.predicted),
                                                      percent(static_cast<double>(one.predictedProbability)));
    const bool right = one.label == one.predicted;
    const QString reading =
        right ? tr("Image %1 is %2, and recognised.").arg(one.image).arg(is)
              : tr("Image %1 is %2, taken for %3; loss %4.")
                    .arg(QString::number(one.image), is, taken, QString::number(one.loss, 'g', 3));
    cards.push_back({toImage(frameOf(*data_, data_->test, one.image)),
                     right ? QStringList{is} : QStringList{is, taken}, reading});
  }
  pictures_->setCards(std::move(cards), sharpSize(static_cast<int>(data_->imageShape[1])));
  const QString count = numbered(qint64(found.size()));
  const QString mistakes = found.size() > mostPictures
                               ? tr("The worst %1 of %2 mistakes").arg(mostPictures).arg(count)
                               : tr("All %1 mistakes, the worst first").arg(count);
  heading_->setText(all ? mistakes : matrix_->reading(matrix_->label(), matrix_->predicted()));
  showCard(-1);
}

void MistakesPage::showCard(int index) {
  if (index >= 0) return setReading(pictures_->cards()[static_cast<size_t>(index)].reading);
  setReading(matrix_->label() < 0
                 ? tr("Click a cell, or use the arrow keys, to see its images; Esc shows all mistakes.")
                 : matrix_->reading(matrix_->label(), matrix_->predicted()));
}

void MistakesPage::fillTable() {
  table_->setRowCount(static_cast<int>(confusion_.classes.size()));
  for (int row = 0; row < table_->rowCount(); ++row) {
    const ClassScore score = confusion_.score(static_cast<size_t>(row));
    const QStringList texts = {className(row), numbered(score.images), percent(score.precision()),
                               percent(score.recall()), percent(score.f1())};
    for (int column = 0; column < columns; ++column) {
      auto* item = new QTableWidgetItem(texts[column]);
      item->setTextAlignment((column == classColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
      table_->setItem(row, column, item);
    }
  }
}

}  // namespace bypath
