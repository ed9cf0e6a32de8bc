// The command line and the GPU: what it says where there is none, and that all goes through where there is
// one, on the stand-in.
#include "program.h"

class TestCudaCommands : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void saysWhyThereIsNoGpu();
  void runsOnTheGpu();
  void goesOnWhenItIsLost();
};

void TestCudaCommands::saysWhyThereIsNoGpu() {
  Program program;
  program.setVariable("BYPATH_CUDA_PLUGIN", program.path("no-such-plugin.so"));
  const ProgramOutcome missing = program.run({"selfcheck", "--engine", "cuda"});
  QCOMPARE(missing.code, 5);
  QVERIFY2(missing.err.contains("CUDA is off: The CUDA plug-in is not installed"), missing.err);
  QVERIFY(missing.err.contains("no-such-plugin.so"));
  QCOMPARE(program.run({"bench", "starter", "--engine", "cuda", "--steps", "1"}).code, 5);

  const QStringList train = {"train", "starter", "--engine", "cuda", "--steps", "2", "--out", "run"};
  const ProgramOutcome trained = program.run(train + tinyRun);
  QVERIFY2(trained.code == 0, trained.err);
  QCOMPARE(trained.err.count("CUDA is off, and the CPU computes instead"), 1);
  QVERIFY(!QFile::exists(program.path("run/kernels.txt")));

  program.setVariable("BYPATH_CUDA_PLUGIN", BYPATH_FAKE_DEVICE);
  program.setVariable("BYPATH_FAKE_REFUSE", "NVIDIA's driver is not installed.");
  const ProgramOutcome refused = program.run({"selfcheck", "--engine", "cuda"});
  QCOMPARE(refused.code, 5);
  QVERIFY2(refused.err.contains("CUDA is off: NVIDIA's driver is not installed."), refused.err);
}

void TestCudaCommands::runsOnTheGpu() {
  Program program;
  program.setVariable("BYPATH_CUDA_PLUGIN", BYPATH_FAKE_DEVICE);
  const QStringList train = {"train", "starter", "--engine", "cuda",  "--steps",
                             "4",     "--out",   "run",      "--json"};
  const ProgramOutcome trained = program.run(train + tinyRun);
  QVERIFY2(trained.code == 0, trained.err);
  QVERIFY(contents(program.path("run/kernels.txt")).startsWith("# Stand-in for a GPU"));
  QVERIFY(contents(program.path("cache-home/bypath/cuda-tuning.txt")).contains("forward float32"));

  const ProgramOutcome cpu = program.run({"eval", "run", "--json"});
  const ProgramOutcome gpu = program.run({"eval", "run", "--json", "--engine", "cuda"});
  QVERIFY2(gpu.code == 0, gpu.err);
  const double right = cpu.jsonLines().value(0)["loss"].toDouble();
  QVERIFY(right > 0);
  QVERIFY(std::abs(gpu.jsonLines().value(0)["loss"].toDouble() - right) < 1e-4 * right);

  const ProgramOutcome explained = program.run({"explain", "starter", "--engine", "cuda", "--batch", "4"});
  QVERIFY2(explained.code == 0, explained.err);
  QVERIFY(explained.out.contains("cudnn"));
  for (const char* mode : {"train", "infer"}) {
    const QStringList bench = {"bench",   "starter",     "--set",   "width=4", "--engine",
                               "cuda",    "--precision", "bf16",    "--mode",  mode,
                               "--batch", "4",           "--steps", "2",       "--json"};
    const ProgramOutcome timed = program.run(bench);
    QVERIFY2(timed.code == 0, timed.err);
    QVERIFY(timed.jsonLines().value(0)["images_per_second"].toDouble() > 0);
  }
  const ProgramOutcome tf32 = program.run({"bench", "starter", "--precision", "tf32"});
  QCOMPARE(tf32.code, 2);
  QVERIFY2(tf32.err.contains("cuda engine"), tf32.err);

  const ProgramOutcome checked = program.run({"selfcheck", "--engine", "cuda", "--json"});
  QVERIFY2(checked.code == 0, checked.out + checked.err);
  QVERIFY(checked.jsonLines().last()["passed"].toInt() > 200);
  QCOMPARE(checked.jsonLines().last()["failed"].toInt(), 0);
}

void TestCudaCommands::goesOnWhenItIsLost() {
  Program program;
  program.setVariable("BYPATH_CUDA_PLUGIN", BYPATH_FAKE_DEVICE);
  program.setVariable("BYPATH_FAKE_FAIL", "700");
  const QStringList train = {"train", "starter", "--engine", "cuda", "--steps", "12", "--out", "run"};
  const ProgramOutcome trained = program.run(train + tinyRun);
  QVERIFY2(trained.code == 0, trained.err);
  const QByteArray said = trained.out + trained.err;
  QVERIFY2(said.contains("The GPU was lost: training goes on with CPU, 2 threads"), said);
  QVERIFY(said.contains("illegal memory access"));
  QVERIFY(QFile::exists(program.path("run/weights.safetensors")));
}

QTEST_GUILESS_MAIN(TestCudaCommands)
#include "test_cuda_commands.moc"
