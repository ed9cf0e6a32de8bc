// The words of reports, for translators.
#pragma once

#include <QCoreApplication>

namespace bypath {

struct ReportText {
  Q_DECLARE_TR_FUNCTIONS(Report)
};

}  // namespace bypath
