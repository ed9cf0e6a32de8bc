// What the doctor found, as the canvas shows it: by drawn node, in words for a tooltip and for a screen
// reader.
#pragma once

#include <map>
#include <QString>
#include <string>
#include <vector>

#include "core/inspection/finding.h"
#include "core/network/network_spec.h"

namespace bypath {

// By drawn path (core/network/paths.h). What ails the network as a whole is of no node and left out.
using DrawnFindings = std::map<std::string, std::vector<Finding>>;

DrawnFindings drawnFindings(const std::vector<Finding>& findings, const NetworkSpec& network);
// Of a drawn node and of everything in it.
std::vector<Finding> findingsIn(const DrawnFindings& findings, const std::string& path);

QString findingsToolTip(const std::vector<Finding>& findings);  // HTML; empty without any
QString spokenFindings(const std::vector<Finding>& findings);

}  // namespace bypath
