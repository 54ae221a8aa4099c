using Xunit;

namespace Gleaner.Tests.LatentClasses;

public class ClassSumsTests
{
    const int Rows = 300, Dimension = 21, Classes = 7; // 21: vectors and a rest

    [Theory, InlineData(1), InlineData(3)]
    public void Sums_have_the_same_bits_however_the_members_came_together(int threads)
    {
        var embedding = RandomRows.Uniform(Rows, Dimension);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
        var random = new Random(11);
        var moved = new ClassSums(embedding, Classes, parallel);
        int[] classOf = new int[Rows];
        for (int round = 0; round < 20; round++)
        {
            for (int i = 0; i < Rows; i++)
                if (round == 0 || random.Next(4) == 0) classOf[i] = random.Next(Classes);
            moved.Move(classOf);
        }

        var anew = new ClassSums(embedding, Classes, parallel);
        anew.Move(classOf);

        for (int k = 0; k < Classes; k++)
        {
            int[] members = [.. Enumerable.Range(0, Rows).Where(i => classOf[i] == k)];
            Assert.Equal(members.Length, moved.Size(k));
            Assert.Equal(anew.Sum(k).ToArray(), moved.Sum(k).ToArray());
            for (int c = 0; c < Dimension; c++) Assert.Equal(members.Sum(i => (double)embedding.Row(i)[c]), moved.Sum(k)[c], 1e-7); // the grid's rounding
        }
    }
}
