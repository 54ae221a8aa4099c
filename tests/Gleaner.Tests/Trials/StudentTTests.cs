using Xunit;

namespace Gleaner.Tests.Trials;

public class StudentTTests
{
    static readonly double[] Probabilities = [0.6, 0.9, 0.975, 0.995];

    /// Degrees of freedom, then the quantile at each of the probabilities above, from scipy 1.10.1: the root that
    /// scipy.optimize.brentq(lambda t: scipy.special.stdtr(df, t) - p, 0, 200, xtol=1e-15, rtol=1e-14) finds. Its own scipy.stats.t.ppf agrees, but to nine digits only.
    static readonly double[][] Scipy =
    [
        [1, 0.324919696233, 3.07768353718, 12.7062047362, 63.6567411629],
        [2, 0.288675134595, 1.88561808316, 4.30265272975, 9.92484320092],
        [3, 0.276670662333, 1.6377443537, 3.18244630528, 5.84090930973],
        [4, 0.270722294708, 1.53320627406, 2.7764451052, 4.60409487135],
        [5, 0.267180865704, 1.47588404882, 2.57058183564, 4.03214298356],
        [6, 0.264834532934, 1.43975574727, 2.44691185114, 3.70742802132],
        [7, 0.263166861352, 1.41492392765, 2.36462425159, 3.49948329735],
        [8, 0.261921096749, 1.39681530974, 2.3060041352, 3.35538733133],
        [9, 0.260955336474, 1.3830287384, 2.2621571628, 3.24983554159],
        [10, 0.260184829492, 1.37218364111, 2.22813885199, 3.16927267262],
        [11, 0.259555860476, 1.36343031802, 2.20098516009, 3.10580651554],
        [12, 0.259032745677, 1.35621733402, 2.17881282967, 3.05453958939],
        [13, 0.258590857712, 1.35017128878, 2.16036865646, 3.01227583872],
        [14, 0.258212653889, 1.34503037445, 2.14478668792, 2.97684273437],
        [15, 0.257885300937, 1.34060560785, 2.13144954556, 2.94671288348],
        [16, 0.257599194855, 1.33675716733, 2.11990529922, 2.92078162243],
        [17, 0.257347005751, 1.33337938972, 2.10981557783, 2.89823051968],
        [18, 0.257123042638, 1.33039094357, 2.10092204024, 2.87844047274],
        [19, 0.256922819796, 1.32772820903, 2.09302405441, 2.86093460646],
        [20, 0.256742753855, 1.32534070699, 2.08596344727, 2.84533970979],
        [21, 0.256579947831, 1.32318787387, 2.07961384473, 2.83135955802],
        [22, 0.256432034344, 1.32123674161, 2.0738730679, 2.8187560606],
        [23, 0.256297059915, 1.31946023982, 2.06865761042, 2.80733568377],
        [24, 0.256173398318, 1.31783593367, 2.06389856163, 2.79693950477],
        [25, 0.256059684827, 1.31634507267, 2.05953855275, 2.78743581368],
        [26, 0.255954765695, 1.31497186427, 2.05552943864, 2.77871453333],
        [27, 0.255857658907, 1.31370291283, 2.05183051648, 2.77068295712],
        [28, 0.255767523382, 1.31252678159, 2.0484071418, 2.76326245546],
        [29, 0.255683634571, 1.3114336473, 2.04522964213, 2.75638590367],
        [30, 0.255605364952, 1.31041502539, 2.0422724563, 2.74999565357],
        [100, 0.254022182458, 1.29007476135, 1.98397151852, 2.62589052144],
    ];

    [Fact]
    public void Quantiles_are_those_of_scipy()
    {
        foreach (double[] row in Scipy)
            for (int k = 0; k < Probabilities.Length; k++)
            {
                double found = StudentT.Quantile(Probabilities[k], (int)row[0]);
                Assert.Equal(row[k + 1], found, row[k + 1] * 1e-11);
                Assert.Equal(-found, StudentT.Quantile(1 - Probabilities[k], (int)row[0]), found * 1e-11);
                Assert.Equal(Probabilities[k], StudentT.Cumulative(found, (int)row[0]), 1e-12);
            }
    }

    [Fact]
    public void One_and_two_degrees_have_closed_forms()
    {
        foreach (double t in new[] { -30, -1, -0.2, 0, 0.2, 1, 30 })
        {
            Assert.Equal(0.5 + Math.Atan(t) / Math.PI, StudentT.Cumulative(t, 1), 1e-14);
            Assert.Equal(0.5 + t / (2 * Math.Sqrt(2 + t * t)), StudentT.Cumulative(t, 2), 1e-14);
        }
        Assert.Equal(0, StudentT.Quantile(0.5, 7));
    }

    [Fact]
    public void Many_degrees_are_the_normal_distribution() => Assert.Equal(1.959964, StudentT.Quantile(0.975, 1_000_000), 1e-5);

    [Theory, InlineData(0, 3), InlineData(1, 3), InlineData(double.NaN, 3), InlineData(0.5, 0)]
    public void What_has_no_quantile_is_refused(double probability, int degrees) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Quantile(probability, degrees));
}
