namespace Gleaner.Tests.Selection;

/// Facility location as in a textbook, with nothing remembered and sums in the documented lanes: the oracle of FacilityLocation, bit for bit.
sealed class PlainFacilityLocation(SimilarityRows similarity) : SetObjective
{
    readonly float[] _covered = new float[similarity.Count];

    public override int Count => _covered.Length;

    public override bool IsSubmodular => true;

    public override double Gain(int e)
    {
        float[] row = Kernels.Row(similarity, e);
        var lanes = new double[16];
        for (int i = 0; i < row.Length; i++) lanes[i % 16] += Math.Max(0, (double)row[i] - _covered[i]);
        for (int width = 8; width > 0; width /= 2)
            for (int l = 0; l < width; l++) lanes[l] += lanes[l + width];
        return lanes[0];
    }

    public override void Add(int e)
    {
        float[] row = Kernels.Row(similarity, e);
        for (int i = 0; i < row.Length; i++) _covered[i] = Math.Max(_covered[i], row[i]);
    }
}
