"""Writes a ResNet of torchvision's form as ONNX, as PyTorch's exporter does, and what it answers.

torch_resnet.py DEPTH norms|folded OUTPUT_FOLDER
"""
import sys

import torch
import torch.nn as nn


class Block(nn.Module):
    def __init__(self, entering, middle, stride, bottleneck):
        super().__init__()
        leaving = middle * (4 if bottleneck else 1)
        self.bottleneck = bottleneck
        if bottleneck:
            self.conv1 = nn.Conv2d(entering, middle, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(middle)
            self.conv2 = nn.Conv2d(middle, middle, 3, stride, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(middle)
            self.conv3 = nn.Conv2d(middle, leaving, 1, bias=False)
            self.bn3 = nn.BatchNorm2d(leaving)
        else:
            self.conv1 = nn.Conv2d(entering, middle, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(middle)
            self.conv2 = nn.Conv2d(middle, middle, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(middle)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if stride != 1 or entering != leaving:
            self.downsample = nn.Sequential(
                nn.Conv2d(entering, leaving, 1, stride, bias=False), nn.BatchNorm2d(leaving))

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.bottleneck:
            y = self.bn3(self.conv3(self.relu(y)))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, blocks, bottleneck):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        channels = 64
        for stage, count in enumerate(blocks):
            middle = 64 << stage
            layers = []
            for block in range(count):
                layers.append(Block(channels, middle, 2 if stage > 0 and block == 0 else 1, bottleneck))
                channels = middle * (4 if bottleneck else 1)
            setattr(self, "layer%d" % (stage + 1), nn.Sequential(*layers))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(channels, 1000)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for stage in range(4):
            x = getattr(self, "layer%d" % (stage + 1))(x)
        return self.fc(torch.flatten(self.avgpool(x), 1))


depth, norms, folder = sys.argv[1:]
torch.manual_seed(5)
net = ResNet([2, 2, 2, 2] if depth == "18" else [3, 4, 6, 3], depth == "50")
for module in net.modules():
    if isinstance(module, nn.BatchNorm2d):
        nn.init.uniform_(module.weight, 0.3, 0.9)
        nn.init.uniform_(module.bias, -0.2, 0.2)
        nn.init.uniform_(module.running_mean, -0.2, 0.2)
        nn.init.uniform_(module.running_var, 0.5, 1.5)
net.eval()
x = torch.rand(2, 3, 64, 64)
keep = norms == "norms"
torch.onnx.export(
    net, x, folder + "/model.onnx", opset_version=13, do_constant_folding=not keep,
    training=torch.onnx.TrainingMode.PRESERVE if keep else torch.onnx.TrainingMode.EVAL,
    input_names=["input"], output_names=["output"],
    dynamic_axes={"input": {0: "N"}, "output": {0: "N"}})
with torch.no_grad():
    y = net(x)
x.numpy().astype("<f4").tofile(folder + "/input.f32")
y.numpy().astype("<f4").tofile(folder + "/output.f32")
