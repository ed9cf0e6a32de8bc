#include "gui/app/dashboard_tools.h"

#include <QLocale>
#include <QTabWidget>

#include "core/training/autoencoder.h"
#include "gui/app/train_controller.h"
#include "gui/dashboard/dashboard.h"
#include "gui/dashboard/explore_page.h"
#include "gui/dashboard/rate_page.h"
#include "gui/figures/run_name.h"
#include "gui/inspector/inside_workbench.h"
#include "gui/inspector/strip_page.h"
#include "gui/theme/theme.h"

namespace bypath {

DashboardTools::DashboardTools(const Desk& desk, QObject* parent)
    : QObject(parent),
      desk_(desk),
      lines_(desk.shelf),
      explorer_({desk.editor, desk.shelf, desk.trainer}, *desk.dashboard.explore()),
      rates_({desk.editor, desk.shelf, desk.trainer}, *desk.dashboard.rate()),
      strip_(new StripPage),
      workbench_(new InsideWorkbench),
      inside_({desk.editor, desk.shelf, desk.trainer}, *workbench_),
      rounds_({desk.editor, desk.trainer, desk.dashboard}, nullptr) {
  addStrip();
  desk_.dashboard.tabs()->addTab(workbench_, themedIcon(QStringLiteral("inside")), tr("Inside"));
  connect(&inside_, &InsideBench::nodeRequested, &desk_.dashboard, &Dashboard::nodeRequested);
  connect(&inside_, &InsideBench::examined, this, &DashboardTools::findingsChanged);
  connect(&rounds_, &DoctorRounds::changed, this, &DashboardTools::findingsChanged);
  connect(&desk_.trainer, &TrainController::started, this, [this] {
    setRunOf(desk_.dashboard, {});
    lines_.read(desk_.editor);
  });
  connect(&desk_.dashboard, &Dashboard::eventArrived, this, [this] {
    setRunOf(desk_.dashboard, QString::fromStdString(desk_.trainer.folder().filename().string()));
  });
  connect(&lines_, &ReferenceLinesReader::ready, &desk_.dashboard, &Dashboard::setLevels);
  connect(&desk_.editor, &DocumentEditor::changed, this, [this] {
    desk_.dashboard.offerPage(desk_.dashboard.explore(), isAutoencoder(desk_.editor.project().network));
  });
}

void DashboardTools::addStrip() {
  Dashboard& dashboard = desk_.dashboard;
  dashboard.tabs()->addTab(strip_, themedIcon(QStringLiteral("strip")), tr("Over time"));
  // Only what is in sight is drawn anew.
  const auto draw = [this, &dashboard] {
    if (dashboard.tabs()->currentWidget() == strip_) strip_->setFrames(dashboard.history().frames());
  };
  connect(&dashboard, &Dashboard::historyGrew, this, draw);
  connect(dashboard.tabs(), &QTabWidget::currentChanged, this, draw);
  connect(&dashboard, &Dashboard::scrubChanged, this,
          [this, &dashboard] { strip_->setCursorStep(dashboard.scrubbedTo()); });
  connect(strip_, &StripPage::scrubbed, &dashboard, &Dashboard::scrubTo);
  connect(strip_, &StripPage::released, &dashboard, &Dashboard::followRun);
  connect(strip_, &StripPage::nodeRequested, &dashboard, &Dashboard::nodeRequested);
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

void DashboardTools::showFindings() {
  if (rounds_.step() >= 0)
    inside_.showCheckUp(rounds_.checkUp(),
                        tr("the run up to step %1").arg(QLocale().toString(rounds_.step())));
  showInside(QStringLiteral("doctor"));
}

QString DashboardTools::shownInside() const {
  return workbench_->isVisible() ? workbench_->currentPage()->objectName() : QString();
}

void DashboardTools::follow(const QStringList& selection) {
  if (selection.size() == 1) inside_.follow(selection.front());
}

}  // namespace bypath
