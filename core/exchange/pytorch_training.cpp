#include "core/exchange/pytorch_training.h"

#include "core/exchange/python_script.h"
#include "core/exchange/python_text.h"
#include "core/exchange/setting_reader.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

std::string factorText(const SettingReader& read) {
  const std::string kind = read.text("schedule", "cosine");
  const std::string warmUp = std::to_string(read.integer("warmup_steps", 0));
  std::string text =
      "def rate_factor(step, steps):\n    \"\"\"What the learning rate is multiplied by: " + kind +
      ".\"\"\"\n";
  if (warmUp != "0") text += "    if step < " + warmUp + ":\n        return (step + 1) / " + warmUp + "\n";
  if (kind == "step")
    return text + "    return " + pythonReal(read.real("step_factor", 0.1)) +
           " ** sum(step >= at * steps for at in " + read.tuple("step_at", "0.5,0.75") + ")\n";
  const std::string behind = warmUp == "0" ? "" : " - " + warmUp;
  if (kind == "cosine")
    return text + "    done = min(1.0, " + (behind.empty() ? "step" : "(step" + behind + ")") +
           " / max(1, steps" + behind + "))\n    return 0.5 * (1 + math.cos(math.pi * done))\n";
  if (kind == "inverse-time")
    return text + "    return 1 / (1 + " + pythonReal(read.real("rate_decay", 0)) + " * (step" + behind +
           "))\n";
  if (kind == "one-cycle")
    return text + "    last = max(1, steps - 1)\n    peak = max(1.0, " +
           pythonReal(read.real("cycle_peak", 0.3)) +
           " * steps - 1)\n    at = min(step, last)\n    least = 1 / 25\n"
           "    low, high, share = (least, 1, at / peak) if at <= peak else "
           "(1, least * 1e-4, (at - peak) / (last - peak))\n"
           "    return high + (low - high) / 2 * (1 + math.cos(math.pi * share))\n";
  return text + "    return 1.0\n";
}

std::string optimizerText(const SettingReader& read) {
  const std::string kind = read.text("optimizer", "sgd");
  const std::string rate = "lr=" + pythonReal(read.real("learning_rate", 0.1));
  const std::string decay = pythonReal(read.real("weight_decay", 1e-4));
  std::string text = "def make_optimizer(model):\n";
  if (read.text("weight_decay_of", "all") == "weights")
    text +=
        "    \"\"\"Weights decay, biases and normalisations do not.\"\"\"\n"
        "    decayed = [p for p in model.parameters() if p.ndim > 1]\n"
        "    others = [p for p in model.parameters() if p.ndim <= 1]\n"
        "    parameters = [{\"params\": decayed, \"weight_decay\": " +
        decay + "}, {\"params\": others, \"weight_decay\": 0.0}]\n";
  const bool all = read.text("weight_decay_of", "all") != "weights";
  const std::string head = (all ? "(model.parameters(), " : "(parameters, ") + rate;
  const std::string tail = all ? ", weight_decay=" + decay + ")\n" : ")\n";
  if (kind == "adam" || kind == "adamw")
    return text + "    return torch.optim." + (kind == "adam" ? "Adam" : "AdamW") + head + ", betas=(" +
           pythonReal(read.real("beta1", 0.9)) + ", " + pythonReal(read.real("beta2", 0.999)) +
           "), eps=" + pythonReal(read.real("epsilon", 1e-8)) + tail;
  const double momentum = read.real("momentum", 0.9);
  const bool nesterov = kind == "nesterov" && momentum > 0;
  return text + "    return torch.optim.SGD" + head + ", momentum=" + pythonReal(momentum) +
         (nesterov ? ", nesterov=True" : "") + tail;
}

// Settings that PyTorch has no like of, or that the script leaves to whoever goes on.
std::string leftOut(const SettingReader& read) {
  std::string names;
  const auto add = [&](bool differs, const char* name) {
    if (differs) names += (names.empty() ? "" : ", ") + std::string(name);
  };
  add(read.text("schedule", "cosine") == "plateau", "schedule=plateau (the rate stays)");
  add(read.integer("steps", 0) > 0, "steps (it goes by epochs)");
  add(read.real("ema_decay", 0) > 0, "ema_decay");
  add(read.integer("micro_batches", 1) > 1, "micro_batches");
  add(!read.text("freeze", "").empty(), "freeze");
  add(read.real("warmup_until_error", 0) > 0, "warmup_until_error");
  add(read.integer("early_stopping_patience", 0) > 0, "early_stopping_patience");
  return names.empty() ? "" : "# Not carried over: " + names + ".\n";
}

constexpr const char* augmentText = R"(

def augmented(pixels):
    """Padded by 4 pixels, cropped at random, every second one mirrored."""
    n, _, height, width = pixels.shape
    padded = F.pad(pixels, (4, 4, 4, 4))
    rows, columns = torch.randint(0, 9, (2, n)).tolist()
    cropped = [image[:, r:r + height, c:c + width] for image, r, c in zip(padded, rows, columns)]
    mirrored = torch.rand(n) < 0.5
    return torch.stack([image.flip(2) if m else image for image, m in zip(cropped, mirrored)])
)";

constexpr const char* loopText = R"(

def train(pixels, labels, epochs=EPOCHS, fresh=False, save="trained.pt"):
    """Goes on from the weights beside this file, or with fresh=True from new ones.

    pixels: uint8 (N, C, H, W), labels: int64 (N). On many GPUs:
    torchrun --nproc_per_node=8 THIS_FILE train DATA.npz
    """
    world, rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
    cuda = torch.cuda.is_available()
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if cuda else torch.device("cpu")
    if cuda:
        torch.cuda.set_device(device)
    if world > 1:
        torch.distributed.init_process_group("nccl" if cuda else "gloo")
    torch.manual_seed(SEED)
    model = (NETWORK() if fresh else load()).to(device)
    net = model
    if world > 1:
        net = nn.parallel.DistributedDataParallel(model, device_ids=[device.index] if cuda else None)
    torch.manual_seed(SEED + rank)

    data = torch.utils.data.TensorDataset(pixels, labels)
    sampler = torch.utils.data.DistributedSampler(data, world, rank, seed=SEED, drop_last=True)
    loader = torch.utils.data.DataLoader(data, max(1, BATCH // world), sampler=sampler, drop_last=True)
    optimizer = make_optimizer(net)
    steps = epochs * len(loader)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_factor(step, steps))
    for epoch in range(epochs):
        sampler.set_epoch(epoch)
        net.train()
        total = 0.0
        for images, answers in loader:
            images = normalise(AUGMENTED).to(device)
            loss = F.cross_entropy(net(images), answers.to(device))
            optimizer.zero_grad()
            loss.backward()
CLIPPED            optimizer.step()
            schedule.step()
            total += loss.item()
        if rank == 0:
            print(f"epoch {epoch + 1} of {epochs}: loss {total / max(1, len(loader)):.4f}")
    if rank == 0 and save:
        torch.save(model.state_dict(), save)
    if world > 1:
        torch.distributed.destroy_process_group()
    return model.eval()
)";

}  // namespace

bool isClassifier(const LeavingModel& model) {
  if (model.inputs.size() != 1 || model.outputs.size() != 1 || !model.part.empty()) return false;
  for (const OpNode& node : model.graph.nodes)
    if (node.type == &gaussianSampleOp()) return false;
  return model.sampleShape(model.inputs[0]).rank() == 3 && model.sampleShape(model.outputs[0]).rank() == 1;
}

std::string pytorchTraining(const LeavingModel& model) {
  const SettingReader read(model.facts.settings);
  std::string text = "\n\n# How it was trained, for train() to go on.\n";
  text += "EPOCHS = " + std::to_string(read.integer("epochs", 10)) + "\n";
  text += "BATCH = " + std::to_string(read.integer("batch", 128)) + "\n";
  text += "SEED = " + std::to_string(model.facts.seed) + "\n" + leftOut(read);
  text += "\n\n" + optimizerText(read) + "\n\n" + factorText(read);
  const bool augments = read.flag("augment");
  if (augments) text += augmentText;
  const double clip = read.real("clip_norm", 0);
  std::string loop = replacedText(loopText, "AUGMENTED", augments ? "augmented(images)" : "images");
  loop = replacedText(
      loop, "CLIPPED",
      clip > 0 ? "            nn.utils.clip_grad_norm_(net.parameters(), " + pythonReal(clip) + ")\n" : "");
  return text + loop;
}

}  // namespace bypath
