// Loading of the plug-in that knows CUDA: what can be wrong with it is said in a sentence, and a machine
// without a GPU is told apart from a broken program.
#include <QtTest/QtTest>

#include <cstdlib>
#include <fstream>

#include "core/engines/cuda/device_plugin.h"

using namespace bypath;

namespace {

std::string refusal(const std::filesystem::path& file) {
  const Result<std::shared_ptr<DevicePlugin>> plugin = DevicePlugin::load(file);
  return plugin ? "" : plugin.error().message;
}

bool isSentence(const std::string& text) {
  return text.size() > 20 && text.ends_with('.') && std::isupper(static_cast<unsigned char>(text[0]));
}

// The plug-in as built; empty where it is not, with the reason as the test's.
std::filesystem::path builtPlugin() {
#ifdef BYPATH_CUDA_FILE
  return BYPATH_CUDA_FILE;
#else
  return {};
#endif
}

constexpr const char* notBuilt =
    "The CUDA plug-in is not built here: nvcc or cuDNN is missing, or BYPATH_CUDA "
    "is OFF; CMake's output says which.";

}  // namespace

class TestPlugin : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cleanup() { unsetenv("BYPATH_CUDA_PLUGIN"); }

  void saysThatTheFileIsMissing() {
    const std::string text = refusal("/nowhere/libbypath_cuda.so");
    QVERIFY2(text.find("/nowhere/libbypath_cuda.so") != std::string::npos, text.c_str());
    QVERIFY2(isSentence(text), text.c_str());
  }
  void saysThatTheFileIsNoLibrary() {
    QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("libbypath_cuda.so").toStdString();
    std::ofstream(file) << "not a library";
    const std::string text = refusal(file);
    QVERIFY2(text.find(file.string()) != std::string::npos, text.c_str());
    QVERIFY2(isSentence(text), text.c_str());
  }
  void saysThatTheVersionIsAnother() {
    const std::string text = refusal(BYPATH_OTHER_VERSION);
    QVERIFY2(text.find("another version") != std::string::npos, text.c_str());
  }
  void looksWhereTheEnvironmentSays() {
    setenv("BYPATH_CUDA_PLUGIN", "/somewhere/else.so", 1);
    QCOMPARE(devicePluginPlaces(), std::vector<std::filesystem::path>{"/somewhere/else.so"});
    unsetenv("BYPATH_CUDA_PLUGIN");
    const auto places = devicePluginPlaces();
    QVERIFY(places.size() >= 2);
    for (const std::filesystem::path& place : places) QCOMPARE(place.filename(), "libbypath_cuda.so");
  }

  void opensOrSaysWhyNot() {
    if (builtPlugin().empty()) QSKIP(notBuilt);
    const Result<std::shared_ptr<DevicePlugin>> plugin = DevicePlugin::load(builtPlugin());
    if (!plugin) {
      // Built with CUDA's headers, on a machine without its libraries.
      QVERIFY2(isSentence(plugin.error().message), plugin.error().message.c_str());
      QSKIP(plugin.error().message.c_str());
    }
    const Result<std::shared_ptr<Device>> device = DevicePlugin::open(*plugin, 0);
    if (device) {
      QVERIFY((*device)->facts().name[0] != '\0');
      QVERIFY((*device)->facts().memoryBytes > 0);
      DeviceLoad load;
      QCOMPARE((*device)->load(&load), DeviceCode::ok);
      QVERIFY(load.freeBytes > 0);
    } else {
      const std::string& text = device.error().message;
      QVERIFY2(isSentence(text), text.c_str());
      QVERIFY2(text.find("driver") != std::string::npos || text.find("GPU") != std::string::npos,
               text.c_str());
    }
  }
  void refusesAGpuThatIsNotThere() {
    if (builtPlugin().empty()) QSKIP(notBuilt);
    const Result<std::shared_ptr<DevicePlugin>> plugin = DevicePlugin::load(builtPlugin());
    if (!plugin) QSKIP(plugin.error().message.c_str());
    for (const int number : {-1, 1000}) {
      const Result<std::shared_ptr<Device>> device = DevicePlugin::open(*plugin, number);
      QVERIFY(!device);
      QVERIFY2(isSentence(device.error().message), device.error().message.c_str());
    }
  }
};

QTEST_GUILESS_MAIN(TestPlugin)
#include "test_plugin.moc"
