"""Views per processor second: torchvision's transforms on PIL images. Usage: views_torchvision.py PIXELS COUNT SIZE"""
import sys
import time

import numpy as np
import torch
from PIL import Image
from torchvision import transforms as T

SECONDS = 3.0

path, count, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(1)
torch.manual_seed(1)
pixels = np.fromfile(path, np.uint8).reshape(count, size, size, 3)
view = T.Compose([
    T.RandomResizedCrop(size, scale=(0.08, 1.0), interpolation=T.InterpolationMode.BICUBIC),
    T.RandomHorizontalFlip(),
    T.RandomApply([T.ColorJitter(0.4, 0.4, 0.4, 0.1)], p=0.8),
    T.RandomGrayscale(p=0.2),
    T.ToTensor(),
    T.Normalize((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)),
])


def views_per_second(seconds):
    made, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        image = Image.fromarray(pixels[made // 2 % count])
        view(image)
        view(image)
        made += 2
    return made / (time.process_time() - start)


views_per_second(0.5)  # warm up
print(views_per_second(SECONDS))
