namespace Gleaner;

/// <summary>Gives each row a column of its own so that the gains add up to the most: the Hungarian method with potentials (Kuhn 1955; Munkres 1957). O(rows^2 columns).</summary>
static class Assignment
{
    /// <summary>The column of every row; there are at least as many columns as rows.</summary>
    public static int[] Best(double[,] gains)
    {
        int rows = gains.GetLength(0), columns = gains.GetLength(1);
        double[] u = new double[rows + 1], v = new double[columns + 1];
        var rowOf = new int[columns + 1];   // 1-based; 0 is none
        for (int row = 1; row <= rows; row++)
        {
            var way = new int[columns + 1];
            var least = new double[columns + 1];
            var used = new bool[columns + 1];
            Array.Fill(least, double.PositiveInfinity);
            rowOf[0] = row;
            int at = 0;
            while (rowOf[at] != 0) // the shortest path to a free column, by reduced costs
            {
                used[at] = true;
                int from = rowOf[at], next = 0;
                double delta = double.PositiveInfinity;
                for (int c = 1; c <= columns; c++)
                {
                    if (used[c]) continue;
                    double cost = -gains[from - 1, c - 1] - u[from] - v[c];
                    if (cost < least[c]) (least[c], way[c]) = (cost, at);
                    if (least[c] < delta) (delta, next) = (least[c], c);
                }
                for (int c = 0; c <= columns; c++)
                    if (used[c]) (u[rowOf[c]], v[c]) = (u[rowOf[c]] + delta, v[c] - delta);
                    else least[c] -= delta;
                at = next;
            }
            for (; at != 0; at = way[at]) rowOf[at] = rowOf[way[at]];
        }
        var column = new int[rows];
        for (int c = 1; c <= columns; c++)
            if (rowOf[c] != 0) column[rowOf[c] - 1] = c - 1;
        return column;
    }
}
