#include "gui/exchange/export_dialog.h"

#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QRegularExpression>
#include <QStyle>
#include <QVBoxLayout>

#include "gui/dashboard/progress_line.h"

namespace bypath {

namespace {

constexpr int leastWidth = 520;

QString text(const std::string& said) {
  return QString::fromStdString(said);
}

// "7, this run" -> "7-this-run": for the name of a file.
QString fileName(const QString& title) {
  QString name = title.section(QLatin1Char(','), 0, 0).trimmed();
  name.replace(QRegularExpression(QStringLiteral("[^A-Za-z0-9._-]+")), QStringLiteral("-"));
  return name.isEmpty() ? QStringLiteral("network") : name;
}

}  // namespace

ExportDialog::ExportDialog(QWidget* parent)
    : QDialog(parent),
      runs_(new RunChooser),
      formats_(new QComboBox),
      parts_(new QComboBox),
      opsets_(new QComboBox),
      about_(new QLabel),
      said_(new QLabel),
      fold_(new QCheckBox(tr("Fold batch norms into the convolutions before them"))),
      sample_(new QCheckBox(tr("Draw the code inside the graph, not its mean"))),
      file_(new QLineEdit),
      form_(new QFormLayout),
      progress_(new ProgressLine),
      export_(new QPushButton(tr("Export"))) {
  setWindowTitle(tr("Export the trained network"));
  setMinimumWidth(leastWidth);
  for (const ExportFormat* format : exportFormats()) {
    formats_->addItem(text(format->title), text(format->id));
    formats_->setItemData(formats_->count() - 1, text(format->summary), Qt::ToolTipRole);
  }
  formats_->setAccessibleName(tr("Format"));
  parts_->setAccessibleName(tr("Part"));
  parts_->setToolTip(tr("The whole network, or one of its parts alone"));
  opsets_->addItem(tr("13, which most programs read"), 13);
  opsets_->addItem(tr("17"), 17);
  opsets_->setAccessibleName(tr("ONNX opset"));
  fold_->setToolTip(tr("Fewer nodes and the same output; leave it off to train the model elsewhere"));
  sample_->setToolTip(tr("Each call then gives another output; most programs want the mean"));
  about_->setProperty("role", "caption");
  about_->setWordWrap(true);
  said_->setWordWrap(true);
  said_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  file_->setAccessibleName(tr("File"));
  export_->setProperty("primary", true);
  export_->setDefault(true);

  auto* browse = new QPushButton(tr("Browse…"));
  browse->setAutoDefault(false);
  auto* place = new QHBoxLayout;
  place->setSpacing(8);
  place->addWidget(file_, 1);
  place->addWidget(browse);
  form_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  form_->setHorizontalSpacing(16);
  form_->setVerticalSpacing(8);
  runs_->setMaximumWidth(QWIDGETSIZE_MAX);
  form_->addRow(tr("Trained network"), runs_);
  form_->addRow(tr("Format"), formats_);
  form_->addRow(QString(), about_);
  form_->addRow(tr("Part"), parts_);
  form_->addRow(tr("Opset"), opsets_);
  form_->addRow(QString(), fold_);
  form_->addRow(QString(), sample_);
  form_->addRow(tr("File"), place);

  auto* close = new QPushButton(tr("Close"));
  close->setAutoDefault(false);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(8);
  buttons->addStretch();
  buttons->addWidget(close);
  buttons->addWidget(export_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 16, 16, 16);
  column->setSpacing(12);
  column->addLayout(form_);
  column->addWidget(progress_);
  column->addWidget(said_);
  column->addStretch();
  column->addLayout(buttons);

  connect(browse, &QPushButton::clicked, this, &ExportDialog::browse);
  connect(close, &QPushButton::clicked, this, &QDialog::reject);
  connect(export_, &QPushButton::clicked, this, &ExportDialog::exportWanted);
  connect(runs_, &QComboBox::currentIndexChanged, this, [this] {
    proposeFile();
    Q_EMIT runChosen(runs_->folder());
  });
  connect(parts_, &QComboBox::currentIndexChanged, this, &ExportDialog::proposeFile);
  connect(formats_, &QComboBox::currentIndexChanged, this, &ExportDialog::proposeFile);
  connect(file_, &QLineEdit::textChanged, this, &ExportDialog::update_);
  setParts({}, false);
  setPlace(QDir::homePath());
}

void ExportDialog::showEvent(QShowEvent* event) {
  QDialog::showEvent(event);
  Q_EMIT runsWanted();
}

void ExportDialog::setRuns(const std::vector<CheckpointRun>& runs) {
  {
    const QSignalBlocker quiet(runs_);
    runs_->setRuns(runs);
    if (const int at = runs_->findData(wanted_); !wanted_.isEmpty() && at >= 0) runs_->setCurrentIndex(at);
  }
  if (runs.empty())
    say(tr("Nothing has been trained yet: train a network first, for a few steps at least."), false);
  proposeFile();
  Q_EMIT runChosen(runs_->folder());
}

void ExportDialog::chooseRun(const QString& folder) {
  wanted_ = folder;
  if (const int at = runs_->findData(folder); at >= 0) runs_->setCurrentIndex(at);
}

void ExportDialog::setParts(const QStringList& parts, bool draws) {
  const QString before = parts_->currentData().toString();
  {
    const QSignalBlocker quiet(parts_);
    parts_->clear();
    parts_->addItem(tr("The whole network"), QString());
    for (const QString& part : parts) parts_->addItem(part, part);
    parts_->setCurrentIndex(std::max(0, parts_->findData(before)));
  }
  form_->setRowVisible(parts_, !parts.isEmpty());
  draws_ = draws;
  proposeFile();
}

void ExportDialog::setPlace(const QString& folder) {
  place_ = folder;
  proposeFile();
}

void ExportDialog::chooseFormat(const QString& id) {
  if (const int at = formats_->findData(id); at >= 0) formats_->setCurrentIndex(at);
}

// A name that a person typed stays, but for its ending.
void ExportDialog::proposeFile() {
  const ExportFormat& format = *exportFormats()[static_cast<size_t>(std::max(0, formats_->currentIndex()))];
  const QString part = parts_->currentData().toString();
  QString stem = fileName(runs_->currentText());
  if (!part.isEmpty()) stem += QLatin1Char('-') + fileName(part);
  QString file = QDir(place_).filePath(stem + text(format.suffix));
  if (!file_->text().isEmpty() && file_->text() != proposed_) {
    const QFileInfo typed(file_->text());
    file = typed.dir().filePath(typed.completeBaseName() + text(format.suffix));
  } else {
    proposed_ = file;
  }
  file_->setText(file);
  about_->setText(text(format.summary));
  update_();
}

void ExportDialog::update_() {
  const ExportFormat& format = *exportFormats()[static_cast<size_t>(std::max(0, formats_->currentIndex()))];
  form_->setRowVisible(opsets_, format.opset);
  form_->setRowVisible(fold_, format.folds);
  form_->setRowVisible(sample_, format.samples && draws_ && parts_->currentData().toString().isEmpty());
  const bool there = QFileInfo::exists(file_->text());
  export_->setText(there ? tr("Overwrite") : tr("Export"));
  export_->setToolTip(there ? tr("The file is there already") : QString());
  export_->setEnabled(!busy_ && runs_->isEnabled() && !file_->text().trimmed().isEmpty());
}

void ExportDialog::browse() {
  const ExportFormat& format = *exportFormats()[static_cast<size_t>(std::max(0, formats_->currentIndex()))];
  QFileDialog dialog(this, tr("Export as %1").arg(text(format.title)), file_->text(),
                     QStringLiteral("%1 (*%2)").arg(text(format.title), text(format.suffix)));
  dialog.setAcceptMode(QFileDialog::AcceptSave);
  dialog.setOption(QFileDialog::DontConfirmOverwrite);  // the button says it
  dialog.setDefaultSuffix(text(format.suffix).mid(1));
  if (dialog.exec() == QDialog::Accepted) file_->setText(dialog.selectedFiles().value(0));
}

ExportWish ExportDialog::wish() const {
  const ExportFormat* format = exportFormats()[static_cast<size_t>(std::max(0, formats_->currentIndex()))];
  const QString file = file_->text().trimmed();
  return {.folder = runs_->folder(),
          .format = format,
          .leaving = {.part = parts_->currentData().toString().toStdString(),
                      .foldNormalisation = format->folds && fold_->isChecked(),
                      .sampling = format->samples && draws_ && sample_->isChecked()},
          .opset = opsets_->currentData().toInt(),
          .file = file,
          .overwrite = QFileInfo::exists(file)};
}

void ExportDialog::setBusy(bool busy) {
  busy_ = busy;
  if (busy) {
    say({}, false);
    progress_->begin(tr("Writing and comparing"));
  } else {
    progress_->end();
  }
  update_();
}

void ExportDialog::setShare(double share) {
  progress_->setShare(share);
}

void ExportDialog::showDone(const ExportReport& report) {
  QStringList names;
  for (const std::filesystem::path& file : report.files) names << text(file.filename().string());
  QString said = tr("Wrote %1, %2. Largest difference from the network's own output: %3 (%4).")
                     .arg(names.join(QStringLiteral(", ")),
                          QLocale().formattedDataSize(static_cast<qint64>(report.bytes)),
                          QString::number(report.comparison.largest, 'e', 1), text(report.comparison.by));
  for (const std::string& note : report.notes) said += QLatin1Char(' ') + text(note);
  say(said, false);
  update_();
}

void ExportDialog::showError(const QString& sentence) {
  say(sentence, true);
}

void ExportDialog::say(const QString& sentence, bool problem) {
  said_->setProperty("role", problem ? "error" : "caption");
  said_->style()->unpolish(said_);
  said_->style()->polish(said_);
  said_->setText(sentence);
  said_->setVisible(!sentence.isEmpty());
}

QString ExportDialog::said() const {
  return said_->text();
}

}  // namespace bypath
