#include "gui/app/automation.h"

#include <cstdio>
#include <QBuffer>
#include <QCommandLineParser>
#include <QCoreApplication>
#include <QPixmap>
#include <QTimer>

#include "core/base/atomic_file.h"
#include "core/base/version.h"
#include "core/templates/catalog.h"
#include "gui/app/main_window.h"
#include "gui/app/message_bar.h"
#include "gui/app/preferences.h"
#include "gui/app/train_controller.h"
#include "gui/canvas/canvas_view.h"

namespace bypath {

namespace {

Error usage(const QString& text) {
  return {ErrorKind::usage, text.toStdString()};
}

Result<void> takePicture(const QString& path, MainWindow& window) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  window.grab().save(&buffer, "PNG");
  return writeFileAtomically(path.toStdString(),
                             std::string_view(bytes.constData(), static_cast<size_t>(bytes.size())));
}

int say(const Error& error) {
  std::fprintf(stderr, "bypath-studio: %s\n", error.message.c_str());
  return static_cast<int>(error.kind);
}

// Goes into a part or block, or selects a layer.
Result<void> showNode(const QString& path, CanvasWidget& canvas) {
  canvas.openContainer(path);
  if (canvas.container() == path) return {};
  canvas.select(path);
  if (canvas.selection() == QStringList{path}) return {};
  return usage(QStringLiteral("The network has no “%1” to show.").arg(path));
}

// Leaves through the event loop, so that the window closes in order.
void makePictures(const StartOptions& options, MainWindow& window) {
  int code = 0;
  const auto report = [&](const Result<void>& done) {
    if (!done) code = say(done.error());
  };
  if (!options.figure.isEmpty()) report(window.canvas()->exportFigure(options.figure));
  if (!options.screenshot.isEmpty()) report(takePicture(options.screenshot, window));
  QCoreApplication::exit(code);
}

}  // namespace

Result<ParsedStart> parseStart(const QStringList& arguments) {
  QCommandLineParser parser;
  parser.setApplicationDescription(
      QStringLiteral("Draws residual networks, trains them, and shows their gradients."));
  const QCommandLineOption help({QStringLiteral("h"), QStringLiteral("help")},
                                QStringLiteral("Shows this text."));
  const QCommandLineOption version(QStringLiteral("version"), QStringLiteral("Shows the version."));
  const QCommandLineOption start(QStringLiteral("template"), QStringLiteral("Starts with a template."),
                                 QStringLiteral("name"));
  const QCommandLineOption look(QStringLiteral("theme"), QStringLiteral("light, dark or system."),
                                QStringLiteral("name"));
  const QCommandLineOption train(QStringLiteral("train"), QStringLiteral("Trains so many steps at once."),
                                 QStringLiteral("steps"));
  const QStringList tabNames = MainWindow::tabNames();
  const QCommandLineOption tab(
      QStringLiteral("tab"),
      QStringLiteral("Opens a tab: %1. May be given again.").arg(tabNames.join(QStringLiteral(", "))),
      QStringLiteral("name"));
  const QCommandLineOption picture(QStringLiteral("screenshot"),
                                   QStringLiteral("Saves a picture of the window as PNG, then leaves."),
                                   QStringLiteral("file"));
  const QCommandLineOption figure(
      QStringLiteral("figure"),
      QStringLiteral("Saves the drawn network as SVG, PDF or PNG, by the file's ending, then leaves."),
      QStringLiteral("file"));
  const QCommandLineOption show(QStringLiteral("show"),
                                QStringLiteral("Goes into a part or block, or selects a layer, by its path."),
                                QStringLiteral("path"));
  parser.addOptions({help, version, start, look, train, tab, show, picture, figure});
  parser.addPositionalArgument(QStringLiteral("file"), QStringLiteral("A .bypath project to open."),
                               QStringLiteral("[file]"));
  if (!parser.parse(arguments))
    return usage(parser.errorText() + QStringLiteral("; see bypath-studio --help."));

  ParsedStart parsed;
  if (parser.isSet(help)) parsed.say = parser.helpText();
  if (parser.isSet(version))
    parsed.say = QStringLiteral("bypath-studio %1\n").arg(QLatin1String(programVersion));
  StartOptions& options = parsed.options;
  if (parser.positionalArguments().size() > 1) return usage(QStringLiteral("Give one file at a time."));
  options.file = parser.positionalArguments().value(0);
  options.templateId = parser.value(start);
  options.screenshot = parser.value(picture);
  options.figure = parser.value(figure);
  options.tabs = parser.values(tab);
  options.show = parser.value(show);
  if (parser.isSet(look)) {
    options.theme = themeChoiceFromName(parser.value(look));
    if (themeChoiceName(*options.theme) != parser.value(look))
      return usage(
          QStringLiteral("There is no theme “%1”; choose light, dark or system.").arg(parser.value(look)));
  }
  if (!options.templateId.isEmpty() && !findTemplate(options.templateId.toStdString()))
    return usage(
        QStringLiteral("There is no template “%1”; `bypath templates` lists them.").arg(options.templateId));
  if (!options.templateId.isEmpty() && !options.file.isEmpty())
    return usage(QStringLiteral("Give a file or a template, not both."));
  for (const QString& name : options.tabs)
    if (!tabNames.contains(name))
      return usage(QStringLiteral("There is no tab “%1”; choose among %2.")
                       .arg(name, tabNames.join(QStringLiteral(", "))));
  if (!options.show.isEmpty() && options.file.isEmpty() && options.templateId.isEmpty())
    return usage(QStringLiteral("--show wants a file or --template to look into."));
  if (!options.figure.isEmpty() && options.file.isEmpty() && options.templateId.isEmpty())
    return usage(QStringLiteral("--figure wants a file or --template to draw."));
  if (parser.isSet(train)) {
    bool number = false;
    options.trainSteps = parser.value(train).toInt(&number);
    if (!number || options.trainSteps < 1)
      return usage(QStringLiteral("--train wants a number of steps of at least 1, not “%1”.")
                       .arg(parser.value(train)));
    if (options.file.isEmpty() && options.templateId.isEmpty())
      return usage(QStringLiteral("--train wants a file or --template to train."));
  }
  return parsed;
}

void carryOut(const StartOptions& options, MainWindow& window) {
  if (!options.file.isEmpty() && !window.openFile(options.file) && !options.figure.isEmpty())
    std::fprintf(stderr, "bypath-studio: %s\n", qPrintable(window.messages()->text()));
  if (!options.templateId.isEmpty()) window.openTemplate(options.templateId);
  for (const QString& name : options.tabs) window.showTab(name);
  const bool training =
      options.trainSteps > 0 &&
      window.startTraining({{"steps", int64_t{options.trainSteps}}, {"log_every", int64_t{2}}});
  if (!options.show.isEmpty())
    if (const Result<void> shown = showNode(options.show, *window.canvas()); !shown) say(shown.error());
  if (options.screenshot.isEmpty() && options.figure.isEmpty()) return;
  // A moment for the layout, for zooming to all and for the last frame on the charts.
  const auto soon = [&window, options] {
    QTimer::singleShot(400, &window, [&window, options] { makePictures(options, window); });
  };
  if (training)
    QObject::connect(&window.trainer(), &TrainController::ended, &window, soon);
  else
    soon();
}

}  // namespace bypath
