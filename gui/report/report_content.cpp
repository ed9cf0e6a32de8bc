#include <algorithm>
#include <QDateTime>
#include <QLocale>

#include "core/base/text.h"
#include "core/network/check.h"
#include "core/training/checkpoint.h"
#include "core/training/settings.h"
#include "gui/document/choice_texts.h"
#include "gui/report/layer_rows.h"
#include "gui/report/report_figures.h"
#include "gui/report/report_text.h"
#include "gui/report/run_report.h"

namespace bypath {

namespace {

QString tr(const char* text) {
  return ReportText::tr(text);
}
QString q(const std::string& text) {
  return QString::fromStdString(text);
}

QString valueText(const std::string& name, double value) {
  if (name.ends_with("accuracy")) return tr("%1 %").arg(100 * value, 0, 'f', 1);
  return q(name == "learning_rate" ? numberText(value) : lossText(value));
}

QString dayOf(const std::string& started) {
  const QDateTime time = QDateTime::fromString(q(started), Qt::ISODate);
  return time.isValid() ? QLocale(QLocale::English).toString(time, QStringLiteral("d MMMM yyyy, HH:mm 'UTC'"))
                        : q(started);
}

ReportCell plain(const QString& text) {
  return {text, false};
}
std::vector<ReportCell> row(const QStringList& texts, bool strong = false) {
  std::vector<ReportCell> cells;
  for (const QString& text : texts) cells.push_back({text, strong});
  return cells;
}

// Two rows of names and values side by side.
ReportTable paired(const QString& name, const QString& value,
                   const std::vector<std::pair<ReportCell, ReportCell>>& all) {
  ReportTable table{.header = {name, value, name, value}, .rows = {}, .right = {false, false, false, false}};
  const size_t half = (all.size() + 1) / 2;
  for (size_t i = 0; i < half; ++i) {
    const auto& left = all[i];
    const auto other = i + half < all.size() ? all[i + half] : std::pair<ReportCell, ReportCell>();
    table.rows.push_back({left.first, left.second, other.first, other.second});
  }
  return table;
}

class Writer {
 public:
  Writer(const RunRecord& record, const ReportSource& source)
      : record_(record), source_(source), curves_(RunCurves::fromRecord(record.rows, record.marks)) {
    if (record.project) checked_ = check(record.project->network, source.layers, {.mode = Mode::evaluation});
  }

  Report write() {
    writeHead();
    writeNetwork();
    writeCurves();
    writeValues();
    writeGradients();
    writePictures();
    writeLayers();
    writeSettings();
    writeRun();
    return std::move(report_);
  }

 private:
  void add(const char* id, const QString& title, std::vector<ReportPart> parts) {
    if (!parts.empty()) report_.sections.push_back({QString::fromLatin1(id), title, std::move(parts)});
  }

  void fact(const QString& name, const QString& value) { report_.facts.push_back({name, value}); }

  void writeHead() {
    const RunHeader& header = record_.header;
    report_.title = q(header.name.empty() ? header.id : header.name);
    QStringList about{q(header.network)};
    if (!header.data.empty()) about << tr("trained on %1").arg(q(header.data));
    about << dayOf(header.started);
    report_.subtitle = about.join(QStringLiteral("  ·  "));
    for (const std::string& tag : header.tags) report_.tags << q(tag);
    report_.note = q(header.note);

    const RunSummary& summary = record_.summary;
    for (const char* best : {"val_accuracy", "val_loss", "accuracy", "loss"})
      if (const auto found = summary.best.find(best); found != summary.best.end()) {
        fact(tr("Best %1").arg(quantityTitle(best).toLower()), valueText(best, found->second));
        break;
      }
    if (checked_) {
      fact(tr("Parameters"), q(withThousands(checked_->parameters)));
      if (checked_->multiplyAdds > 0) fact(tr("Multiply-adds"), q(shortCount(checked_->multiplyAdds)));
    }
    if (summary.epochs > 0) fact(tr("Epochs"), QString::number(summary.epochs));
    if (summary.seconds > 0) fact(tr("Time"), q(clockText(summary.seconds)));
    fact(tr("Seed"), QString::number(AttributeReader(trainingSchema(), record_.settings).integer("seed")));
  }

  void writeNetwork() {
    std::optional<Figure> figure = networkFigureOf(record_, source_.layers);
    if (!figure) return;
    const bool flows = record_.lastLook && !record_.lastLook->shortcuts.empty();
    add("network", tr("Network"),
        {{.picture = std::move(figure),
          .about = tr("The network, drawn from its input to its output"),
          .text = flows ? tr("The numbers on the wires are the gradient's norms at step %1, on its way back.")
                              .arg(record_.lastLook->step)
                        : QString()}});
  }

  void writeCurves() {
    std::vector<ReportPart> parts;
    for (const char* name : {"loss", "accuracy", "reconstruction", "kl"}) {
      const QString title = tr("%1 over the steps of training").arg(quantityTitle(name));
      if (std::optional<Figure> figure = curveFigureOf(curves_, name))
        parts.push_back({.picture = std::move(figure),
                         .about = title,
                         .text = QStringLiteral("%1. %2").arg(title, quantityCaption(name))});
    }
    add("curves", tr("Training"), std::move(parts));
  }

  void writeValues() {
    ReportTable table{.header = {tr("Quantity"), tr("Best"), tr("Last")},
                      .rows = {},
                      .right = {false, true, true},
                      .narrow = true};
    for (const auto& [name, last] : record_.summary.last) {
      const auto best = record_.summary.best.find(name);
      const bool known = best != record_.summary.best.end();
      if (!known) continue;
      table.rows.push_back(row({quantityTitle(name), valueText(name, best->second), valueText(name, last)}));
    }
    if (table.rows.empty()) return;
    add("values", tr("Best and last values"),
        {{.text = tr("Over the ends of epochs, each quantity by itself."), .table = std::move(table)}});
  }

  void writeGradients() {
    if (!record_.lastLook) return;
    const ProbeRecord& look = *record_.lastLook;
    std::vector<ReportPart> parts;
    if (std::optional<Figure> figure = shortcutFigure(look))
      parts.push_back(
          {.picture = std::move(figure),
           .about = tr("The gradient through the shortcut and the branch of every block"),
           .text = tr("Gradient that comes back through each block's two ways, from the input on, "
                      "at step %1. In a deep network the shortcut should carry most of it.")
                       .arg(look.step),
           .table = shortcutTable(look)});
    if (std::optional<Figure> figure = layerGradientFigure(look))
      parts.push_back({.picture = std::move(figure),
                       .about = tr("The gradient's norm in every layer"),
                       .text = tr("Gradient of each layer's weights, from the input on, at step %1. A "
                                  "staircase falling to the left would be a vanishing gradient.")
                                   .arg(look.step)});
    add("gradients", tr("How the gradient flows"), std::move(parts));
  }

  static ReportTable shortcutTable(const ProbeRecord& look) {
    ReportTable table{.header = {tr("Block"), tr("Shortcut"), tr("Branch"), tr("Cosine")},
                      .rows = {},
                      .right = {false, true, true, true}};
    for (const ShortcutFlow& flow : look.shortcuts)
      table.rows.push_back(row({q(flow.path), QString::number(flow.shortcutNorm, 'g', 3),
                                QString::number(flow.branchNorm, 'g', 3),
                                QString::number(std::round(flow.cosine * 100) / 100 + 0.0, 'f', 2)}));
    return table;
  }

  void writePictures() {
    if (!source_.pictures) return;
    const InspectionFrame& frame = *source_.pictures;
    std::vector<ReportPart> parts;
    if (std::optional<Figure> figure = predictionFigure(frame))
      parts.push_back({.picture = std::move(figure),
                       .about = tr("Validation images with what the network takes them for"),
                       .text = tr("The first validation images, with what the network takes them for and how "
                                  "sure it is. Wrong ones are red and say what they are.")});
    if (std::optional<Figure> figure = reconstructionFigure(frame))
      parts.push_back({.picture = std::move(figure),
                       .about = tr("Validation images over their reconstructions"),
                       .text = tr("The first validation images, and what the network makes of them.")});
    if (std::optional<Figure> figure = sampleFigure(frame))
      parts.push_back({.picture = std::move(figure),
                       .about = tr("Samples of the decoder"),
                       .text = tr("What the decoder makes of numbers drawn at random.")});
    add("pictures", tr("What it makes of images"), std::move(parts));
  }

  void writeLayers() {
    if (!checked_ || checked_->order.empty()) return;
    ReportTable table{
        .header = {tr("Layer"), tr("Type"), tr("Output"), tr("Parameters"), tr("Multiply-adds")},
        .rows = {},
        .right = {false, false, true, true, true}};
    for (const LayerRows& rows : condensedLayers(*checked_)) {
      if (rows.more > 0)
        table.rows.push_back(rowOf(rows));
      else
        for (const std::string& path : rows.paths)
          table.rows.push_back(rowOf(path, checked_->nodes.at(path)));
    }
    table.rows.push_back(row(
        {tr("All"), {}, {}, q(withThousands(checked_->parameters)), q(shortCount(checked_->multiplyAdds))},
        true));
    add("layers", tr("Layers"),
        {{.text =
              tr("Output shapes are height, width and channels; multiply-adds are of one image, forward."),
          .table = std::move(table)}});
  }

  std::vector<ReportCell> rowOf(const std::string& path, const NodeFacts& facts) const {
    QStringList shapes;
    for (const Shape& shape : facts.outputs)
      if (shape.rank() > 0) shapes << q(shape.text()).replace(QLatin1Char('x'), QStringLiteral(" × "));
    const LayerType* type = source_.layers.find(facts.type);
    const QString none = QStringLiteral("–");
    return row({q(path), type ? q(type->title) : q(facts.type), shapes.join(QStringLiteral(", ")),
                facts.parameters > 0 ? q(withThousands(facts.parameters)) : none,
                facts.multiplyAdds > 0 ? q(shortCount(facts.multiplyAdds)) : none});
  }

  static std::vector<ReportCell> rowOf(const LayerRows& rows) {
    const bool one = rows.more == 1;
    return row(
        {one ? q(rows.last) : tr("%1 to %2").arg(q(rows.first), q(rows.last)),
         one ? tr("like %1").arg(q(rows.like)) : tr("%1 more like %2").arg(rows.more).arg(q(rows.like)),
         {},
         q(withThousands(rows.parameters)),
         q(shortCount(rows.multiplyAdds))});
  }

  static QString settingText(const AttributeDescription& about, const AttributeValue& value) {
    if (const bool* flag = std::get_if<bool>(&value)) return *flag ? tr("yes") : tr("no");
    if (about.kind == AttributeKind::choice) return choiceTitle(about.key, toText(value));
    const bool isLeast =
        (std::holds_alternative<int64_t>(value) &&
         static_cast<double>(std::get<int64_t>(value)) == about.minimum) ||
        (std::holds_alternative<double>(value) && std::get<double>(value) == about.minimum) ||
        toText(value).empty();
    if (isLeast && !about.least.empty()) return q(about.least);
    QString text = q(toText(value));
    if (about.unit.empty() || text.isEmpty()) return text;
    QString unit = q(about.unit);
    if (text == QLatin1String("1") && unit.endsWith(QLatin1Char('s'))) unit.chop(1);
    return text + QLatin1Char(' ') + unit;
  }

  void writeSettings() {
    std::vector<std::pair<ReportCell, ReportCell>> all;
    for (const AttributeDescription& about : trainingSchema().list()) {
      const auto found = record_.settings.find(about.key);
      if (found == record_.settings.end()) continue;
      const QString text = settingText(about, found->second);
      if (text.isEmpty()) continue;
      all.push_back({plain(q(about.label)), {text, found->second != about.fallback}});
    }
    if (all.empty()) return;
    add("settings", tr("Settings"),
        {{.text = tr("All settings of the training; those in bold are not the program's defaults."),
          .table = paired(tr("Setting"), tr("Value"), all)}});
  }

  void writeRun() {
    const RunHeader& header = record_.header;
    const AttributeReader settings(trainingSchema(), record_.settings);
    std::vector<std::pair<ReportCell, ReportCell>> all;
    const auto tell = [&](const QString& name, const QString& value) {
      if (!value.isEmpty()) all.push_back({plain(name), plain(value)});
    };
    tell(tr("Run"), q(header.id));
    tell(tr("State"), q(header.state));
    tell(tr("Steps"), q(withThousands(record_.summary.steps)));
    const int64_t threads = settings.integer("threads");
    tell(tr("Engine"), q(settings.text("engine")));
    tell(tr("Threads"), threads > 0 ? QString::number(threads) : tr("all of the machine's"));
    if (const auto speed = record_.summary.last.find("images_per_second");
        speed != record_.summary.last.end())
      tell(tr("Images a second"), QString::number(speed->second, 'f', 0));
    else if (const double rate = lastSpeed(); rate > 0)
      tell(tr("Images a second"), QString::number(rate, 'f', 0));
    if (record_.project) tell(tr("Network's hash"), q(networkHash(record_.project->network).substr(0, 16)));
    std::vector<ReportPart> parts{{.table = paired(tr("Fact"), tr("Value"), all)}};
    if (!record_.marks.empty()) {
      ReportTable table{.header = {tr("Step"), tr("What happened")}, .rows = {}, .right = {true, false}};
      for (const RunMark& mark : record_.marks)
        table.rows.push_back(row({q(withThousands(mark.step)), q(mark.text)}));
      parts.push_back({.table = std::move(table)});
    }
    add("run", tr("The run"), std::move(parts));
  }

  double lastSpeed() const {
    for (auto one = record_.rows.rbegin(); one != record_.rows.rend(); ++one)
      if (const auto speed = one->values.find("images_per_second"); speed != one->values.end())
        return speed->second;
    return 0;
  }

  const RunRecord& record_;
  const ReportSource& source_;
  const RunCurves curves_;
  std::optional<CheckedNetwork> checked_;
  Report report_;
};

}  // namespace

Report reportOf(const RunRecord& record, const ReportSource& source) {
  return Writer(record, source).write();
}

}  // namespace bypath
