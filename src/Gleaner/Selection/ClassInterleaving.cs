namespace Gleaner;

/// <summary>
/// Deals the images of several classes into one order in which every prefix is balanced: after m images, a class of size n_k
/// holds floor(m n_k / n) or ceil(m n_k / n) of them, for every m at once.
/// </summary>
/// <remarks>
/// Largest-remainder shares have the same bounds at one budget, but do not nest: a class can lose an image when the budget grows (the
/// Alabama paradox). So the j-th image of class k gets the window [floor((j-1) n / n_k), ceil(j n / n_k)) of places, and each place goes
/// to the open window that closes first, which always succeeds (Pfair scheduling of one resource; Baruah et al. 1996). O(n log K).
/// </remarks>
public static class ClassInterleaving
{
    /// <summary>The class of each place, for classes of <paramref name="sizes"/>; first <paramref name="minPerClass"/> of each class in turn.</summary>
    public static int[] Deal(IReadOnlyList<int> sizes, int minPerClass = 0)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentOutOfRangeException.ThrowIfNegative(minPerClass);
        long n = 0;
        var left = new int[sizes.Count];
        var order = new List<int>();
        for (int k = 0; k < left.Length; k++) n += left[k] = Math.Max(0, sizes[k] - minPerClass);
        for (int round = 0; round < minPerClass; round++)
        {
            int before = order.Count;
            for (int k = 0; k < left.Length; k++)
                if (round < sizes[k]) order.Add(k);
            if (order.Count == before) break;
        }

        var opening = new PriorityQueue<(int Class, int Item), (long Opens, int Class)>();
        var open = new PriorityQueue<(int Class, int Item), (long Closes, int Class)>();
        for (int k = 0; k < left.Length; k++)
            if (left[k] > 0) opening.Enqueue((k, 1), (0, k));
        for (long place = 0; place < n; place++)
        {
            while (opening.TryPeek(out var next, out var opens) && opens.Opens <= place)
            {
                opening.Dequeue();
                open.Enqueue(next, (CeilingOf(next.Item * n, left[next.Class]), next.Class));
            }
            var (k, item) = open.Dequeue();
            order.Add(k);
            if (item < left[k]) opening.Enqueue((k, item + 1), (item * n / left[k], k));
        }
        return [.. order];
    }

    static long CeilingOf(long a, long b) => (a + b - 1) / b;
}
