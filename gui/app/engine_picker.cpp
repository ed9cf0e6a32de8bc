#include "gui/app/engine_picker.h"

#include <QActionGroup>
#include <QEvent>
#include <QLabel>
#include <QMenu>
#include <QToolTip>
#include <QWidgetAction>

#include "core/engines/cpu/cpu_engine.h"
#include "core/training/settings.h"
#include "gui/app/engine_texts.h"
#include "gui/app/gpu_watch.h"
#include "gui/app/train_controller.h"
#include "gui/document/document.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int leastMenuWidth = 280;

// A line of words in a menu, as wide as its other lines make it.
class MenuLine : public QLabel {
 public:
  MenuLine() {
    setProperty("role", "menuLine");
    setWordWrap(true);
  }
  QSize sizeHint() const override { return {1, heightForWidth(leastMenuWidth)}; }
  QSize minimumSizeHint() const override { return sizeHint(); }
};

// What stands at the right end of a menu's line comes after a tab.
QString line(const QString& title, const QString& state) {
  QString text = title;
  text.replace(QLatin1Char('&'), QStringLiteral("&&"));
  return text + QLatin1Char('\t') + state;
}

void store(Project& project, const std::string& key, const AttributeValue& value) {
  if (value == trainingSchema().find(key)->fallback)
    project.training.erase(key);
  else
    project.training[key] = value;
}

QString paragraph(const QString& text) {
  return QStringLiteral("<p>%1</p>").arg(text.toHtmlEscaped());
}

}  // namespace

EnginePicker::EnginePicker(DocumentEditor& editor, TrainController& trainer, QWidget* parent)
    : QToolButton(parent),
      editor_(editor),
      trainer_(trainer),
      gpu_(new GpuWatch(this)),
      menu_(new QMenu(this)) {
  setObjectName(QStringLiteral("enginePicker"));
  setProperty("role", "picker");
  setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  setPopupMode(QToolButton::InstantPopup);
  setFocusPolicy(Qt::TabFocus);
  buildMenu();
  setMenu(menu_);
  connect(menu_, &QMenu::aboutToShow, this, [this] {
    gpu_->keepAsking(true);
    show();
  });
  // Hidden only once this has been told.
  connect(menu_, &QMenu::aboutToHide, this, &EnginePicker::watch, Qt::QueuedConnection);
  connect(gpu_, &GpuWatch::changed, this, [this] {
    show();
    watch();
  });
  connect(&editor_, &DocumentEditor::changed, this, &EnginePicker::show);
  connect(&trainer_, &TrainController::stateChanged, this, &EnginePicker::show);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &EnginePicker::show);
  show();
}

void EnginePicker::addHeading(const QString& title) {
  QWidgetAction* action = nullptr;
  addLine(action)->setText(title);
}

QLabel* EnginePicker::addLine(QWidgetAction*& action) {
  auto* label = new MenuLine;
  action = new QWidgetAction(menu_);
  action->setDefaultWidget(label);
  action->setEnabled(false);
  menu_->addAction(action);
  return label;
}

QAction* EnginePicker::addChoice(QActionGroup& group, const char* key, const AttributeValue& value,
                                 const QString& title) {
  auto* action = new QAction(title, &group);
  action->setCheckable(true);
  action->setObjectName(QLatin1String(key) + QLatin1Char('-') +
                        QString::fromStdString(std::get<std::string>(value)));
  connect(action, &QAction::triggered, this, [this, key, value] { choose(key, value); });
  menu_->addAction(action);
  return action;
}

void EnginePicker::buildMenu() {
  menu_->setObjectName(QStringLiteral("engineMenu"));
  menu_->setTitle(tr("&Compute on"));
  menu_->setToolTipsVisible(true);
  using namespace std::string_literals;
  auto* engines = new QActionGroup(this);
  // Of two engines of the form neither is here: then none is checked.
  engines->setExclusionPolicy(QActionGroup::ExclusionPolicy::ExclusiveOptional);
  addHeading(tr("Compute on"));
  processor_ = addChoice(*engines, "engine", "cpu"s, {});
  device_ = addChoice(*engines, "engine", "cuda"s, {});
  reason_ = addLine(reasonLine_);
  menu_->addSeparator();
  addHeading(tr("Precision"));
  auto* precisions = new QActionGroup(this);
  for (const char* precision : {"float32", "tf32", "bf16"})
    precisions_.push_back(addChoice(*precisions, "precision", std::string(precision), {}));
  menu_->addSeparator();
  fast_ = menu_->addAction(tr("Fast, not repeatable"));
  fast_->setObjectName(QStringLiteral("fast"));
  fast_->setCheckable(true);
  connect(fast_, &QAction::triggered, this, [this](bool on) { choose("fast", on); });
  remark_ = addLine(remarkLine_);
}

Attributes EnginePicker::settings() const {
  if (trainer_.active()) return trainer_.settings();
  Result<Attributes> settings = runSettings(editor_.project(), {});
  return settings ? std::move(*settings) : completeSettings(editor_.project().training);
}

bool EnginePicker::decidedOutside(const std::string& key) const {
  const Result<Attributes> environment = trainingFromEnvironment();
  return environment && environment->contains(key);
}

void EnginePicker::choose(const std::string& key, const AttributeValue& value) {
  const AttributeDescription& description = *trainingSchema().find(key);
  editor_.apply(
      tr("Set %1").arg(QString::fromStdString(description.label).toLower()),
      [&](Project& project) {
        store(project, key, value);
        const AttributeReader read(trainingSchema(), project.training);
        // What the other engine does not offer would keep it from training.
        if (key == "engine" && !precisionProblem(read.text("engine"), read.text("precision")).isEmpty())
          project.training.erase("precision");
      },
      QStringLiteral("training/") + QString::fromStdString(key));
  show();  // an edit that changes nothing tells nobody, and the menu has moved its mark
}

QString EnginePicker::precisionProblem(const std::string& engine, const std::string& precision) const {
  if (precision == "float32") return {};
  if (engine == "reference") return tr("The reference computes in double, whatever is chosen here.");
  if (engine != "cuda") {
    if (precision == "tf32") return tr("TF32 is of NVIDIA's GPUs; this computes on the processor.");
    return QString::fromStdString(bf16Problem());
  }
  if (!gpu_->state() || !gpu_->state()->problem.empty()) return {};
  const bool offered = precision == "tf32" ? gpu_->state()->tf32 : gpu_->state()->bf16;
  return offered ? QString() : tr("This GPU has no tensor cores for it; those from 2020 on have them.");
}

void EnginePicker::watch() {
  const Attributes now = settings();
  const AttributeReader read(trainingSchema(), now);
  const bool off = gpu_->state() && !gpu_->state()->problem.empty();
  const bool told = QToolTip::isVisible() && underMouse();
  gpu_->keepAsking(!off &&
                   (menu_->isVisible() || told || (trainer_.active() && read.text("engine") == "cuda")));
}

bool EnginePicker::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip && !menu_->isVisible()) gpu_->keepAsking(true);
  return QToolButton::event(event);
}

void EnginePicker::show() {
  const Attributes now = settings();
  const AttributeReader read(trainingSchema(), now);
  showEngines(read);
  showPrecisions(read);
  showLines(read);
  if (read.text("engine") == "cuda" && !gpu_->state()) gpu_->ask();
  if (trainer_.active() && read.text("engine") == "cuda") watch();
}

void EnginePicker::showEngines(const AttributeReader& read) {
  const std::optional<GpuState>& gpu = gpu_->state();
  const std::string engine = read.text("engine");
  const bool off = gpu && !gpu->problem.empty();
  const bool open = !trainer_.active() && !decidedOutside("engine");
  processor_->setText(
      line(tr("CPU"), tr("%1, %2").arg(threadsText(read.integer("threads")),
                                       QString::fromStdString(cpuInstructionSets().front()))));
  processor_->setChecked(engine == "cpu");
  processor_->setEnabled(open);
  device_->setText(gpu && !off ? line(QString::fromStdString(gpu->name), gpuLoadText(*gpu))
                               : line(tr("NVIDIA GPU"), off ? tr("off") : tr("looking for it…")));
  device_->setToolTip(!gpu  ? QString()
                      : off ? QString::fromStdString(gpu->problem)
                            : QString::fromStdString(gpu->libraries));
  device_->setChecked(engine == "cuda");
  device_->setEnabled(open && gpu && !off);

  const QString text = engineText(read, gpu);
  const bool instead = engine == "cuda" && off;
  setText(text);
  setIcon(themedIcon(QStringLiteral("engine"), instead ? &Theme::warning : &Theme::textMuted));
  setAccessibleName(tr("Compute on: %1").arg(text));
  QString tip = paragraph(trainer_.active() ? tr("This run computes on: %1.").arg(text)
                                            : tr("Training computes on: %1.").arg(text));
  if (gpu && !off)
    tip += paragraph(QString::fromStdString(gpu->name) + QStringLiteral(": ") + gpuLoadText(*gpu));
  if (off)
    tip += paragraph((instead ? tr("A GPU was asked for, but CUDA is off: %1") : tr("CUDA is off: %1"))
                         .arg(QString::fromStdString(gpu->problem)));
  setAccessibleDescription(off ? QString::fromStdString(gpu->problem) : QString());
  const bool shown = QToolTip::isVisible() && underMouse() && tip != toolTip();
  setToolTip(tip);
  if (shown) QToolTip::showText(QCursor::pos(), tip, this);
}

void EnginePicker::showPrecisions(const AttributeReader& read) {
  const std::string engine = read.text("engine");
  const bool open = !trainer_.active() && !decidedOutside("precision");
  const QString about[] = {
      tr("full precision"), tr("products of 10 bits"),
      engine == "cuda" ? tr("products of 7 bits, half the memory") : tr("products of 7 bits")};
  const std::string names[] = {"float32", "tf32", "bf16"};
  for (size_t i = 0; i < precisions_.size(); ++i) {
    const QString problem = precisionProblem(engine, names[i]);
    precisions_[i]->setText(line(precisionText(names[i]), about[i]));
    precisions_[i]->setToolTip(problem);
    precisions_[i]->setChecked(read.text("precision") == names[i]);
    precisions_[i]->setEnabled(open && problem.isEmpty());
  }
  const bool onGpu = engine == "cuda";
  fast_->setChecked(read.boolean("fast"));
  fast_->setEnabled(onGpu && !trainer_.active() && !decidedOutside("fast"));
  fast_->setToolTip(onGpu ? QString::fromStdString(trainingSchema().find("fast")->help)
                          : tr("Of GPUs alone: on the processor the same seed always gives the same bits."));
}

void EnginePicker::showLines(const AttributeReader& read) {
  const std::optional<GpuState>& gpu = gpu_->state();
  const bool off = gpu && !gpu->problem.empty();
  reason_->setText(off ? QString::fromStdString(gpu->problem) : QString());
  reasonLine_->setVisible(off);
  QString remark;
  if (trainer_.active())
    remark = tr("The run that goes on computes on: %1. Choose for the next one when it has ended.")
                 .arg(engineText(read, gpu));
  else if (decidedOutside("engine") || decidedOutside("precision") || decidedOutside("fast"))
    remark = tr("BYPATH_ENGINE, BYPATH_PRECISION or BYPATH_FAST in the environment decides.");
  remark_->setText(remark);
  remarkLine_->setVisible(!remark.isEmpty());
}

}  // namespace bypath
