#include "gui/app/dashboard_tools.h"

#include <QTabWidget>

#include "core/training/autoencoder.h"
#include "gui/app/train_controller.h"
#include "gui/dashboard/dashboard.h"
#include "gui/dashboard/explore_page.h"
#include "gui/dashboard/rate_page.h"
#include "gui/inspector/inside_workbench.h"
#include "gui/theme/theme.h"

namespace bypath {

DashboardTools::DashboardTools(const Desk& desk, QObject* parent)
    : QObject(parent),
      desk_(desk),
      lines_(desk.shelf),
      explorer_({desk.editor, desk.shelf, desk.trainer}, *desk.dashboard.explore()),
      rates_({desk.editor, desk.shelf, desk.trainer}, *desk.dashboard.rate()),
      workbench_(new InsideWorkbench),
      inside_({desk.editor, desk.shelf, desk.trainer}, *workbench_) {
  desk_.dashboard.tabs()->addTab(workbench_, themedIcon(QStringLiteral("inside")), tr("Inside"));
  connect(&inside_, &InsideBench::nodeRequested, &desk_.dashboard, &Dashboard::nodeRequested);
  connect(&desk_.trainer, &TrainController::started, this, [this] { lines_.read(desk_.editor); });
  connect(&lines_, &ReferenceLinesReader::ready, &desk_.dashboard, &Dashboard::setLevels);
  connect(&desk_.editor, &DocumentEditor::changed, this, [this] {
    desk_.dashboard.offerPage(desk_.dashboard.explore(), isAutoencoder(desk_.editor.project().network));
  });
}

void DashboardTools::findRate() {
  RatePage* page = desk_.dashboard.rate();
  desk_.dashboard.offerPage(page, true);
  desk_.dashboard.tabs()->setCurrentWidget(page);
  rates_.begin();
}

void DashboardTools::showInside(const QString& page) {
  desk_.dashboard.tabs()->setCurrentWidget(workbench_);
  workbench_->showPage(page);
}

void DashboardTools::follow(const QStringList& selection) {
  if (selection.size() == 1) inside_.follow(selection.front());
}

}  // namespace bypath
