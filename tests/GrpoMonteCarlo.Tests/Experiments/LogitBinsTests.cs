using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Tests.Experiments;

public class LogitBinsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1.7, 0.01)]
    [InlineData(3.3, 1e-12)]
    [InlineData(40, 4)]
    [InlineData(1e5, 1)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    public void Every_logit_has_a_bin_whose_middle_is_near_and_bins_rise(double finite, double variance)
    {
        var bins = new LogitBins(SuccessProbability.FromLogit(finite), variance);
        var random = new System.Random(9);
        double[] logits =
        [
            -128, 128, LogitBins.Clip(finite),
            .. Enumerable.Range(0, 2000).Select(_ => (random.NextDouble() - 0.5) * 256),
            .. Enumerable.Range(0, 2000).Select(_ => LogitBins.Clip(finite) + ((random.NextDouble() - 0.5) * Math.ScaleB(1, -random.Next(0, 26)))).Select(LogitBins.Clip),
        ];
        int previous = int.MinValue;
        foreach (double logit in logits.Order())
        {
            int bin = bins.BinOf(logit);
            Assert.InRange(bin, LogitBins.Lowest, LogitBins.Lowest + LogitBins.Count - 1);
            Assert.True(bin >= previous);
            Assert.Equal(logit, bins.MiddleOf(bin), 0.125 + 1e-12);
            previous = bin;
        }

        Assert.Equal(LogitBins.Clip(finite), bins.MiddleOf(bins.BinOf(LogitBins.Clip(finite))));
    }

    [Fact]
    public void Fine_bins_are_the_power_of_two_below_a_32nd_of_the_standard_deviation()
    {
        var bins = new LogitBins(SuccessProbability.FromLogit(0.5), 0.09); // 0.3 / 32 = 0.0094: 2^-7
        Assert.Equal(bins.BinOf(0.5) + 1, bins.BinOf(0.5 + (1.0 / 128)));
        Assert.Equal(0.5 + (1.0 / 128), bins.MiddleOf(bins.BinOf(0.5 + (1.0 / 128))));
    }

    [Fact]
    public void Sparse_counts_add_up_in_any_order()
    {
        var random = new System.Random(10);
        int[] total = new int[LogitBins.Count];
        var sum = new SparseCounts();
        for (int part = 0; part < 20; part++)
        {
            int[] dense = new int[LogitBins.Count];
            for (int i = 0; i < 50; i++)
            {
                int bin = random.Next(dense.Length);
                dense[bin]++;
                total[bin]++;
            }

            sum.Add(SparseCounts.Take(dense, LogitBins.Lowest));
            Assert.All(dense, count => Assert.Equal(0, count));
        }

        var whole = SparseCounts.Take(total, LogitBins.Lowest);
        Assert.Equal(whole.Bins.ToArray(), sum.Bins.ToArray());
        Assert.Equal(whole.Counts.ToArray(), sum.Counts.ToArray());
        Assert.Equal(whole.Bins[0], sum.BinOfRank(1));
        Assert.Equal(whole.Bins[^1], sum.BinOfRank(1000));
    }
}
