"""The authors' released SAS code on a given embedding. Usage: sas_authors.py X.npy LABELS.npy CLASSES

Their SASSubsetDataset as it is: torch.cosine_similarity in blocks of 1,024, the objective, lazy greedy over every image of the first CLASSES
classes. Only what makes an embedding out of images is replaced, by one that is given; their prints go to stderr.
"""
import contextlib
import sys
import time
import numpy as np
import torch
from protocol import emit, use_peer

commit = use_peer("sas", "sas-pip")
from sas.subset_dataset import SASSubsetDataset  # noqa: E402

torch.set_num_threads(1)


class GivenEmbedding(SASSubsetDataset):
    def encode_trainset(self):
        return torch.from_numpy(self.dataset)


def rank(X, labels, classes):
    partition = {k: np.flatnonzero(labels == k).tolist() for k in range(classes)}
    with contextlib.redirect_stdout(sys.stderr):
        return GivenEmbedding(
            dataset=X, subset_fraction=0.2, num_downstream_classes=classes, device="cpu", approx_latent_class_partition=partition,
            proxy_model=torch.nn.Identity(), threshold=0.0), partition


X, labels, classes = np.load(sys.argv[1]), np.load(sys.argv[2]), int(sys.argv[3])
rank(X[:200], np.zeros(200, np.int64), 1)  # what PyTorch does once
cpu, clock = time.process_time(), time.perf_counter()
subset, partition = rank(X, labels, classes)
seconds, processor = time.perf_counter() - clock, time.process_time() - cpu

members = {image: place for place, image in enumerate(partition[0])}
similarity = subset.augmentation_distance[0]
sums = np.where(similarity >= 0, similarity, 0).sum(axis=1)
first_fifth = [members[i] for i in subset.subset_indices[:len(members) // 5]]
emit([seconds], [processor], float(sums[first_fifth].sum()), f"authors' code {commit}, PyTorch {torch.__version__}")
