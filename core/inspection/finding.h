// One thing that may ail a network, with its reasons (core/inspection/doctor.h).
#pragma once

#include <string>

namespace bypath {

struct Finding {
  std::string id;          // "vanishing"
  std::string path;        // of the layer or block; "": the whole network
  std::string title;       // "The gradient vanishes"
  std::string evidence;    // the numbers
  std::string reason;      // why that is bad, or where it comes from
  std::string experiment;  // what would show that it is not so
  std::string source;      // of the threshold

  bool operator==(const Finding&) const = default;
};

}  // namespace bypath
