#include <cstdio>
#include <QApplication>

#include "core/base/version.h"
#include "gui/app/automation.h"
#include "gui/app/main_window.h"
#include "gui/app/preferences.h"

namespace {

bool hasScreen(int count, char** arguments) {
  for (const char* variable : {"QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"})
    if (qEnvironmentVariableIsSet(variable)) return true;
  for (int i = 1; i < count; ++i)
    if (qstrcmp(arguments[i], "-platform") == 0 || qstrcmp(arguments[i], "--platform") == 0) return true;
  return false;
}

// Prints what --help, --version or a mistake has to say, and tells the exit code; -1: nothing was said, go
// on.
int answer(const bypath::Result<bypath::ParsedStart>& start) {
  if (!start) {
    std::fprintf(stderr, "bypath-studio: %s\n", start.error().message.c_str());
    return static_cast<int>(start.error().kind);
  }
  if (start->say.isEmpty()) return -1;
  std::fputs(start->say.toLocal8Bit().constData(), stdout);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  QCoreApplication::setOrganizationName(QStringLiteral("bypath"));
  QCoreApplication::setApplicationName(QStringLiteral("bypath-studio"));
  QCoreApplication::setApplicationVersion(QLatin1String(bypath::programVersion));
  // Qt ends the program with an abort where there is no screen; a sentence is kinder.
  if (!hasScreen(argc, argv)) {
    const QCoreApplication application(argc, argv);
    const int code = answer(bypath::parseStart(application.arguments()));
    if (code >= 0) return code;
    std::fputs(
        "bypath-studio: There is no display (DISPLAY and WAYLAND_DISPLAY are not set); use the command line "
        "program bypath, or run this one under xvfb-run.\n",
        stderr);
    return 2;
  }
  QGuiApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
  QApplication application(argc, argv);
  QGuiApplication::setDesktopFileName(QStringLiteral("bypath-studio"));
  const bypath::Result<bypath::ParsedStart> start = bypath::parseStart(application.arguments());
  const int code = answer(start);
  if (code >= 0) return code;

  const bypath::StartOptions& options = start->options;
  const bypath::ThemeChoice choice = options.theme.value_or(bypath::themePreference());
  bypath::applyTheme(application, choice);
  bypath::MainWindow window;
  window.setTheme(choice);
  window.show();
  bypath::carryOut(options, window);
  return application.exec();
}
