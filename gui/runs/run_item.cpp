#include "gui/runs/run_item.h"

#include <limits>
#include <QCollator>
#include <QCoreApplication>
#include <QRegularExpression>
#include <QTreeWidget>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

QString translated(const char* text) {
  return QCoreApplication::translate("bypath::RunList", text);
}

QString stateText(const std::string& state) {
  static const std::map<std::string, const char*> texts = {
      {"running", QT_TRANSLATE_NOOP("bypath::RunList", "running")},
      {"finished", QT_TRANSLATE_NOOP("bypath::RunList", "finished")},
      {"stopped", QT_TRANSLATE_NOOP("bypath::RunList", "stopped")},
      {"failed", QT_TRANSLATE_NOOP("bypath::RunList", "failed")}};
  const auto found = texts.find(state);
  return found == texts.end() ? QString::fromStdString(state) : translated(found->second);
}

QString joined(const std::vector<std::string>& texts) {
  QStringList list;
  for (const std::string& text : texts) list << QString::fromStdString(text);
  return list.join(QStringLiteral(", "));
}

// "2026-11-21-resnet-1" -> "resnet-1"
QString withoutDay(const QString& id) {
  static const QRegularExpression day(QStringLiteral("^\\d{4}-\\d{2}-\\d{2}-(?=.)"));
  return QString(id).remove(day);
}

std::optional<double> valueOf(const std::optional<RunSummary>& summary, const char* name) {
  if (!summary) return {};
  const auto found = summary->best.find(name);
  return found == summary->best.end() ? std::optional<double>() : found->second;
}

// The best validation accuracy where there is one, else the least validation loss.
QString bestText(const std::optional<RunSummary>& summary) {
  if (!summary) return QStringLiteral("…");
  if (const auto accuracy = valueOf(summary, "val_accuracy"))
    return QStringLiteral("%1 %").arg(*accuracy * 100, 0, 'f', 1);
  const auto loss = valueOf(summary, "val_loss");
  return loss ? QString::number(*loss, 'g', 4) : QStringLiteral("–");
}

}  // namespace

QString titleOf(const RunHeader& run) {
  if (!run.name.empty()) return QString::fromStdString(run.name);
  return withoutDay(QString::fromStdString(run.id));
}

RunItem::RunItem(const ListedRun& run) : folder_(run.header.folder) {
  setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable | Qt::ItemIsEditable |
           Qt::ItemNeverHasChildren);
  setCheckState(nameColumn, Qt::Unchecked);
  setTextAlignment(bestColumn, Qt::AlignRight | Qt::AlignVCenter);
  setRun(run);
  setText(bestColumn, bestText(summary_));
}

RunItem::RunItem(const std::filesystem::path& sweep) : folder_(sweep) {
  setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable | Qt::ItemIsAutoTristate);
  setCheckState(nameColumn, Qt::Unchecked);
  setTextAlignment(bestColumn, Qt::AlignRight | Qt::AlignVCenter);
  setText(nameColumn, withoutDay(QString::fromStdString(sweep.filename().string())));
}

void RunItem::setRun(const ListedRun& run) {
  run_ = run;
  const RunHeader& header = run.header;
  setText(nameColumn, titleOf(header));
  setText(stateColumn, stateText(header.state));
  setText(tagColumn, joined(header.tags));
  setText(startColumn,
          QString::fromStdString(header.started).left(16).replace(QLatin1Char('T'), QLatin1Char(' ')));
  QString tip = translated("%1 on %2\nstarted %3\n%4")
                    .arg(QString::fromStdString(header.network), QString::fromStdString(header.data),
                         text(startColumn), QString::fromStdString(header.folder.string()));
  tip.prepend(QString::fromStdString(header.id) + QLatin1Char('\n'));
  if (!header.tags.empty()) tip += QLatin1Char('\n') + translated("Tags: %1").arg(joined(header.tags));
  if (!header.note.empty()) tip += QLatin1Char('\n') + QString::fromStdString(header.note);
  setToolTip(nameColumn, tip);
  setForeground(stateColumn, header.state == "failed"    ? theme().error
                             : header.state == "running" ? theme().accent
                                                         : theme().textMuted);
}

void RunItem::setWholeId(bool whole) {
  setText(nameColumn, whole ? QString::fromStdString(header().id) : titleOf(header()));
}

void RunItem::setSummary(const RunSummary& summary) {
  summary_ = summary;
  setText(bestColumn, bestText(summary_));
}

void RunItem::sumUp() {
  int done = 0;
  const RunItem* best = nullptr;
  for (int i = 0; i < childCount(); ++i) {
    const auto* one = static_cast<const RunItem*>(child(i));
    done += one->header().state == "finished" ? 1 : 0;
    if (!best || one->rank() < best->rank()) best = one;
  }
  summary_ = best ? best->summary_ : std::nullopt;
  setText(bestColumn, bestText(summary_));
  setText(stateColumn, translated("%1 of %2").arg(done).arg(childCount()));
  setForeground(stateColumn, theme().textMuted);
  setToolTip(stateColumn, translated("Runs of this sweep that are finished, of those begun"));
  setToolTip(
      nameColumn,
      translated("A sweep: tick it to tick all its runs\n%1").arg(QString::fromStdString(folder_.string())));
}

bool RunItem::matches(const QString& text) const {
  if (text.isEmpty()) return true;
  if (isSweep()) return QTreeWidgetItem::text(nameColumn).contains(text, Qt::CaseInsensitive);
  const RunHeader& h = header();
  for (const std::string* field : {&h.id, &h.name, &h.network, &h.data})
    if (QString::fromStdString(*field).contains(text, Qt::CaseInsensitive)) return true;
  for (const std::string& tag : h.tags)
    if (QString::fromStdString(tag).contains(text, Qt::CaseInsensitive)) return true;
  return false;
}

double RunItem::rank() const {
  if (const auto accuracy = valueOf(summary_, "val_accuracy")) return -*accuracy;
  return valueOf(summary_, "val_loss").value_or(std::numeric_limits<double>::infinity());
}

bool RunItem::operator<(const QTreeWidgetItem& other) const {
  const auto& that = static_cast<const RunItem&>(other);
  const int column = treeWidget() ? treeWidget()->sortColumn() : nameColumn;
  if (column == bestColumn) return rank() < that.rank();
  static const QCollator collator = [] {
    QCollator numeric;
    numeric.setNumericMode(true);
    numeric.setCaseSensitivity(Qt::CaseInsensitive);
    return numeric;
  }();
  return collator.compare(text(column), that.text(column)) < 0;
}

}  // namespace bypath
