// The program's version; keep it the same as project(VERSION) in CMakeLists.txt (tests/gui/app compares
// them).
#pragma once

namespace bypath {

inline constexpr char programVersion[] = "0.1.0";

}  // namespace bypath
