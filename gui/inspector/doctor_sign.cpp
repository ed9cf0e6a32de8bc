#include "gui/inspector/doctor_sign.h"

#include "gui/theme/theme.h"

namespace bypath {

DoctorSign::DoctorSign(QWidget* parent) : QToolButton(parent) {
  setAutoRaise(true);
  setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  setFocusPolicy(Qt::TabFocus);
  const auto tint = [this] { setIcon(themedIcon(QStringLiteral("doctor"), &Theme::warning)); };
  tint();
  connect(&themeWatcher(), &ThemeWatcher::changed, this, tint);
  hide();
}

void DoctorSign::setFindings(const std::vector<Finding>& findings) {
  setText(findings.size() == 1 ? tr("Doctor: 1 finding") : tr("Doctor: %1 findings").arg(findings.size()));
  QString tip;
  for (const Finding& one : findings)
    tip += QStringLiteral("<p><b>%1</b><br>%2</p>")
               .arg(QString::fromStdString(one.title).toHtmlEscaped(),
                    QString::fromStdString(one.evidence).toHtmlEscaped());
  setToolTip(tip + tr("<p>Opens the page Doctor: reasons, and what would show that it is not so.</p>"));
  setAccessibleName(text());
  setVisible(!findings.empty());
}

}  // namespace bypath
