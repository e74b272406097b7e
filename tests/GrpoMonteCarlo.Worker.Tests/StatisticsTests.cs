namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>The summary's numbers against the same numbers worked out here, from the trajectories and from theory.md's formulas.</summary>
public sealed class StatisticsTests(MixedRun mixed)
{
    private static readonly int[] Cells = [.. Enumerable.Range(0, MixedRun.Cells)];

    [Fact]
    public void Means_and_deviations_are_those_of_the_trajectories() => ForEachRow((row, cell, n) =>
    {
        double[] logits = [.. LogitsOf(cell, n)];
        double[] p = [.. PsOf(cell, n)];
        double[] clipped = [.. logits.Select(logit => Math.Clamp(logit, -128, 128))];
        AssertClose(p.Average(), mixed.Summary.Double("p_mean", row), 1e-14);
        AssertClose(logits.Average(logit => GroupLaw.Sigmoid(-logit)), mixed.Summary.Double("one_minus_p_mean", row), 1e-14);

        // p or 1-p, whichever is small on the side of the mean field, keeps its digits however small.
        bool high = mixed.Summary.Double("logit_finite", row) > 0;
        double[] rarer = high ? [.. logits.Select(logit => GroupLaw.Sigmoid(-logit))] : p;
        AssertRelative(rarer.Average(), mixed.Summary.Double(high ? "one_minus_p_mean" : "p_mean", row), 1e-12);
        AssertRelative(Deviation(rarer), mixed.Summary.Double("p_sd", row), 1e-11);
        AssertRelative(Deviation(rarer) / Math.Sqrt(MixedRun.Replicates), mixed.Summary.Double("p_se", row), 1e-11);
        AssertClose(clipped.Average(), mixed.Summary.Double("logit_mean", row), 1e-12);
        AssertClose(Deviation(clipped), mixed.Summary.Double("logit_sd", row), 1e-11);
        Assert.Equal((double)logits.Count(logit => Math.Abs(logit) > 36) / MixedRun.Replicates, mixed.Summary.Double("saturated_fraction", row));
    });

    [Fact]
    public void Some_replicates_saturate_or_the_test_above_would_not_show_it() =>
        Assert.Contains(Enumerable.Range(0, mixed.Summary.Rows), row => mixed.Summary.Double("saturated_fraction", row) > 0);

    [Fact]
    public void The_logit_of_a_trajectory_is_that_of_its_p()
    {
        for (int row = 0; row < mixed.Trajectories.Rows; row++)
        {
            AssertClose(GroupLaw.Sigmoid(mixed.Trajectories.Double("logit", row)), mixed.Trajectories.Double("p", row), 1e-15);
        }
    }

    [Fact]
    public void Trajectories_take_their_steps()
    {
        // L_n = alpha L_ref + (1-alpha) L_{n-1} + step/beta.
        ForEachRow((row, cell, n) =>
        {
            if (n == 0)
            {
                return;
            }

            double alpha = mixed.PerCell.Double("alpha", cell);
            double pRef = mixed.PerCell.Double("p_ref", cell);
            foreach (int at in TrajectoryRows(cell, n))
            {
                double before = mixed.Trajectories.Double("logit", at - 1);
                double expected = (alpha * Math.Log(pRef / (1 - pRef))) + ((1 - alpha) * before) + (mixed.Trajectories.Double("step", at) / mixed.PerCell.Double("beta", cell));
                AssertClose(expected, mixed.Trajectories.Double("logit", at), 1e-12);
                long degenerate = mixed.Trajectories.Int64("degenerate_groups", at);
                Assert.InRange(degenerate, 0, mixed.PerCell.Int64("groups", cell));
                Assert.Equal(degenerate == mixed.PerCell.Int64("groups", cell), mixed.Trajectories.Double("step", at) == 0);
            }
        });
    }

    [Fact]
    public void Trajectories_have_no_step_at_iteration_0()
    {
        for (int row = 0; row < mixed.Trajectories.Rows; row++)
        {
            bool start = mixed.Trajectories.Int32("iteration", row) == 0;
            Assert.Equal(start, mixed.Trajectories.IsNull("step", row));
            Assert.Equal(start, mixed.Trajectories.IsNull("degenerate_groups", row));
        }
    }

    [Fact]
    public void The_degenerate_fraction_is_that_of_the_trajectories() => ForEachRow((row, cell, n) =>
    {
        if (n > 0)
        {
            double degenerate = TrajectoryRows(cell, n).Sum(at => mixed.Trajectories.Int64("degenerate_groups", at));
            Assert.Equal(degenerate / (MixedRun.Replicates * mixed.PerCell.Int64("groups", cell)), mixed.Summary.Double("degenerate_fraction", row), 1e-15);
        }
    });

    [Fact]
    public void The_certificate_is_the_one_of_theory_section_6()
    {
        // sum_r [sum_g phi - M E phi(p_r)] / sqrt(sum_r M Var phi(p_r)), null below 1,000 expected informative groups. The step is
        // sum_g phi / (M p (1-p)), p being the one that was sampled.
        int nulls = 0;
        int values = 0;
        ForEachRow((row, cell, n) =>
        {
            if (n == 0)
            {
                return;
            }

            GroupLaw law = LawOf(cell);
            double groups = mixed.PerCell.Int64("groups", cell);
            double excess = 0;
            double variance = 0;
            double informative = 0;
            foreach (int at in TrajectoryRows(cell, n))
            {
                double logit = mixed.Trajectories.Double("logit", at - 1);
                if (Math.Abs(logit) > 500)
                {
                    continue; // no group is informative there
                }

                double sampled = GroupLaw.AsSampled(logit);
                (double mean, double spread, double chance) = law.MomentsAt(sampled);
                excess += groups * ((mixed.Trajectories.Double("step", at) * GroupLaw.Sigmoid(sampled) * GroupLaw.Sigmoid(-sampled)) - mean);
                variance += groups * spread;
                informative += groups * chance;
            }

            Assert.Equal(informative < 1000, mixed.Summary.IsNull("step_z", row));
            if (informative < 1000)
            {
                nulls++;
            }
            else
            {
                values++;
                Assert.Equal(excess / Math.Sqrt(variance), mixed.Summary.Double("step_z", row), 1e-7);
            }
        });
        Assert.True(nulls > 100 && values > 100, $"{nulls} nulls and {values} values show little");
        Assert.Equal(values, (int)mixed.Results.Manifest["certificate"]!["stepZCount"]!);
    }

    [Fact]
    public void The_finite_group_curve_follows_its_recurrence() => ForEachRow((row, cell, n) =>
    {
        double logit = mixed.Summary.Double("logit_finite", row);
        AssertClose(GroupLaw.Sigmoid(logit), mixed.Summary.Double("p_finite", row), 1e-14);
        double before = n == 0 ? 0 : mixed.Summary.Double("logit_finite", row - 1);
        if (n > 0 && Math.Abs(before) < 500)
        {
            double alpha = mixed.PerCell.Double("alpha", cell);
            double pRef = mixed.PerCell.Double("p_ref", cell);
            double expected = (alpha * Math.Log(pRef / (1 - pRef))) + ((1 - alpha) * before) + (LawOf(cell).OmegaAt(before) / mixed.PerCell.Double("beta", cell));
            AssertClose(expected, logit, 1e-11);
        }
    });

    [Fact]
    public void Deviations_are_the_mean_less_the_closed_forms() => ForEachRow((row, cell, n) =>
    {
        double mean = mixed.Summary.Double("p_mean", row);
        Assert.Equal(mean - mixed.Summary.Double("p_finite", row), mixed.Summary.Double("deviation_finite", row), 1e-15);
        if (!mixed.Summary.IsNull("p_theory", row))
        {
            Assert.Equal(mean - mixed.Summary.Double("p_theory", row), mixed.Summary.Double("deviation_theory", row), 1e-15);
            AssertClose(GroupLaw.Sigmoid(mixed.Summary.Double("logit_theory", row)), mixed.Summary.Double("p_theory", row), 1e-14);
        }
    });

    [Fact]
    public void Quantiles_are_within_half_a_bin_of_the_exact_ones()
    {
        // 2,048 bins around the mean field, of the power-of-two width next below sigma_n/32, between 2^-24 and 2^-4; beyond them 1/4.
        foreach (int cell in Cells)
        {
            double variance = 0;
            for (int n = 0; n <= MixedRun.Iterations; n++)
            {
                int row = MixedRun.RowOf(cell, n);
                if (n > 0)
                {
                    variance = NextVariance(cell, mixed.Summary.Double("logit_finite", row - 1), variance);
                }

                double centre = Math.Clamp(mixed.Summary.Double("logit_finite", row), -128, 128);
                double width = variance == 0 ? Math.ScaleB(1, -24) : Math.ScaleB(1, Math.Clamp(Math.ILogB(Math.Sqrt(variance) / 32), -24, -4));
                double[] sorted = [.. LogitsOf(cell, n).Select(logit => Math.Clamp(logit, -128, 128)).Order()];
                foreach ((string name, int rank) in new[] { ("p_q05", 3), ("p_q50", 30), ("p_q95", 57) })
                {
                    double exact = sorted[rank - 1];
                    double half = Math.Abs(exact - centre) < 1020 * width ? width / 2 : 0.125;
                    double found = mixed.Summary.Double(name, row);
                    Assert.InRange(found, GroupLaw.Sigmoid(exact - (half * 1.001)) * (1 - 1e-14), GroupLaw.Sigmoid(exact + (half * 1.001)) * (1 + 1e-14));
                }
            }
        }
    }

    // First order, theory.md section 6.
    private double NextVariance(int cell, double before, double variance)
    {
        if (Math.Abs(before) > 500)
        {
            return 0;
        }

        GroupLaw law = LawOf(cell);
        double beta = mixed.PerCell.Double("beta", cell);
        double v = GroupLaw.Sigmoid(before) * GroupLaw.Sigmoid(-before);
        double slope = 1 - mixed.PerCell.Double("alpha", cell) + ((law.OmegaAt(before + 1e-5) - law.OmegaAt(before - 1e-5)) / 2e-5 / beta);
        double step = law.MomentsAt(before).Variance / (mixed.PerCell.Int64("groups", cell) * v * v * beta * beta);
        return (slope * slope * variance) + step;
    }

    private GroupLaw LawOf(int cell) => new(mixed.PerCell.Text("advantage", cell), mixed.PerCell.Double("epsilon", cell), mixed.PerCell.Int32("group_size", cell));

    private static void ForEachRow(Action<int, int, int> check)
    {
        foreach (int cell in Cells)
        {
            for (int n = 0; n <= MixedRun.Iterations; n++)
            {
                check(MixedRun.RowOf(cell, n), cell, n);
            }
        }
    }

    private static IEnumerable<int> TrajectoryRows(int cell, int n) =>
        Enumerable.Range(0, MixedRun.Replicates).Select(replicate => (((cell * MixedRun.Replicates) + replicate) * (MixedRun.Iterations + 1)) + n);

    private IEnumerable<double> LogitsOf(int cell, int n) => TrajectoryRows(cell, n).Select(row => mixed.Trajectories.Double("logit", row));

    private IEnumerable<double> PsOf(int cell, int n) => TrajectoryRows(cell, n).Select(row => mixed.Trajectories.Double("p", row));

    // In two passes, so that little cancels; from the first value, so that equal values have none.
    private static double Deviation(double[] values)
    {
        double[] shifted = [.. values.Select(value => value - values[0])];
        double mean = shifted.Average();
        return Math.Sqrt(shifted.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }

    // Down to the sums' quantum, 2^-86.
    private static void AssertRelative(double expected, double actual, double tolerance) =>
        Assert.Equal(expected, actual, (tolerance * expected) + 1e-25);

    private static void AssertClose(double expected, double actual, double tolerance) =>
        Assert.Equal(expected, actual, tolerance * Math.Max(1, Math.Abs(expected)));
}
