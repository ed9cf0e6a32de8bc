// A run follows what changes in the document and can be steered.
#include <QTemporaryDir>
#include <QtTest>

#include "core/layers/catalog.h"
#include "core/network/edit.h"
#include "core/templates/catalog.h"
#include "gui/app/data_shelf.h"
#include "gui/app/train_controller.h"

using namespace bypath;

class TestSteering : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir home_;

  struct Desk {
    DocumentEditor editor{layerCatalog()};
    DataShelf shelf;
    TrainController trainer{editor, shelf};
    std::shared_ptr<TrainingFeed> feed;
    std::vector<FeedEvent> seen;

    Desk() {
      QObject::connect(&editor, &DocumentEditor::changed, &trainer, &TrainController::follow);
      QObject::connect(&trainer, &TrainController::started, &trainer,
                       [this](const std::shared_ptr<TrainingFeed>& f) { feed = f; });
      editor.start({.network = *buildTemplate("starter", {{"width", int64_t{4}}}),
                    .layout = {},
                    .training = {{"batch", int64_t{16}},
                                 {"epochs", int64_t{100000}},
                                 {"limit_train", int64_t{160}},
                                 {"limit_validation", int64_t{32}},
                                 {"log_every", int64_t{1}}}});
    }
    bool told(FeedEventKind kind, const char* text = "") {
      for (FeedEvent& event : feed->drain()) seen.push_back(std::move(event));
      return std::ranges::any_of(seen, [&](const FeedEvent& event) {
        return event.kind == kind && event.text.find(text) != std::string::npos;
      });
    }
    void setMuted(bool muted) {
      editor.apply("Mute", [&](Project& project) {
        Node* block = project.network.graph.find("block2");
        if (muted)
          block->attributes["muted"] = true;
        else
          block->attributes.erase("muted");
      });
    }
  };

 private Q_SLOTS:
  void initTestCase() { qputenv("XDG_DATA_HOME", QFile::encodeName(home_.path())); }

  void settingsAndMutedBlocksFollow() {
    Desk desk;
    QVERIFY(desk.trainer.start().ok());
    QTRY_VERIFY_WITH_TIMEOUT(desk.told(FeedEventKind::step), 20000);
    desk.editor.apply("Rate", [](Project& project) { project.training["learning_rate"] = 0.02; });
    QTRY_VERIFY_WITH_TIMEOUT(desk.told(FeedEventKind::mark, "Learning rate set to 0.02"), 20000);
    desk.editor.apply("Schedule", [](Project& project) { project.training["clip_norm"] = 2.0; });
    QTRY_VERIFY_WITH_TIMEOUT(desk.told(FeedEventKind::mark, "Clip gradients set to 2"), 20000);
    desk.setMuted(true);
    QTRY_VERIFY_WITH_TIMEOUT(desk.told(FeedEventKind::mark, "block2 muted"), 20000);
    QVERIFY(desk.trainer.followsDocument());
    desk.editor.undoStack().undo();
    QTRY_VERIFY_WITH_TIMEOUT(desk.told(FeedEventKind::mark, "block2 no longer muted"), 20000);
    QVERIFY(desk.trainer.followsDocument());
    // What cannot be steered leaves the run as it is.
    desk.editor.apply("Add", [](Project& project) { (void)addNode(project.network, "", "relu"); });
    QVERIFY(!desk.trainer.followsDocument());
    QSignalSpy ended(&desk.trainer, &TrainController::ended);
    desk.trainer.stopAfterEpoch(true);
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 20000);
    QVERIFY(desk.told(FeedEventKind::finished));
    QCOMPARE(desk.seen.back().step % 10, int64_t{0});
  }

  void aChangedNetworkKeepsTheWeightsThatFit() {
    Desk desk;
    QVERIFY(desk.trainer.start({{"steps", int64_t{3}}}).ok());
    QSignalSpy ended(&desk.trainer, &TrainController::ended);
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 20000);
    desk.editor.apply("Wider", [](Project& project) {
      (void)setAttribute(project.network, "", "block3", "channels", int64_t{24}, layerCatalog());
    });
    const std::filesystem::path weights = desk.trainer.folder() / "checkpoint-last.safetensors";
    QVERIFY(desk.trainer.start({{"steps", int64_t{3}}}, weights).ok());
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 2, 20000);
    QVERIFY(desk.told(FeedEventKind::mark, "Weights kept: "));
    QVERIFY(desk.told(FeedEventKind::mark, "New: block3/"));
    QVERIFY(desk.trainer.folder() != weights.parent_path());
  }
};

QTEST_MAIN(TestSteering)
#include "test_steering.moc"
