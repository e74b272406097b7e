using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Tests.Theory;

/// <summary>The grid of logits: what is added to it keeps its mass and its moments, in the window, beyond it and past its ends.</summary>
public class LogitGridTests
{
    private const double End = 1 << 20;

    public static TheoryData<double, double, double> Grids => new()
    {
        { -3, 2, 0.125 },
        { 0.1, 0.2, 0.001953125 },
        { -40, 40, 0.25 },
        { 5, 9, 0.25 },
    };

    [Theory]
    [MemberData(nameof(Grids))]
    public void Points_are_even_in_the_window_and_reach_far_beyond_it(double low, double high, double spacing)
    {
        var grid = new LogitGrid(low, high, spacing);
        double[] points = grid.Points;
        Assert.InRange(points[0], double.MinValue, -End);
        Assert.InRange(points[^1], End, double.MaxValue);
        double last = 0;
        for (int i = 1; i < points.Length; i++)
        {
            double step = points[i] - points[i - 1];
            Assert.True(step > 0);
            if (points[i - 1] >= low && points[i] <= high)
            {
                Assert.Equal(spacing, step);
            }

            Assert.InRange(last == 0 ? 1 : step / last, 1 / 1.2, 1.2);
            last = step;
            Assert.Equal(points[i - 1] + (step / 2), grid.EdgeBelow(i));
        }

        Assert.Contains(points, point => point <= low && point > low - spacing);
        Assert.Contains(points, point => point >= high && point < high + spacing);
    }

    [Theory]
    [MemberData(nameof(Grids))]
    public void What_is_added_keeps_its_mass_and_its_mean(double low, double high, double spacing)
    {
        var grid = new LogitGrid(low, high, spacing);
        foreach (double logit in Logits(grid, low, high))
        {
            double[] masses = new double[grid.Points.Length];
            grid.Add(masses, logit, 0.75);
            Assert.All(masses, mass => Assert.InRange(mass, 0, 0.75));
            Assert.InRange(masses.Count(mass => mass != 0), 1, 2);
            Assert.Equal(0.75, masses.Sum(), 1e-15);

            // Past the ends it lies on the last point.
            double expected = Math.Clamp(logit, grid.Points[0], grid.Points[^1]);
            Assert.Equal(expected, Moment(grid, masses, 1, 0) / 0.75, 1e-13 * Math.Max(1, Math.Abs(expected)));
        }
    }

    [Theory]
    [MemberData(nameof(Grids))]
    public void What_is_smooth_keeps_three_moments_in_the_window(double low, double high, double spacing)
    {
        var grid = new LogitGrid(low, high, spacing);
        foreach (double logit in Logits(grid, low, high))
        {
            double[] masses = new double[grid.Points.Length];
            grid.AddSmooth(masses, logit, 0.75);
            Assert.Equal(0.75, masses.Sum(), 1e-14);
            if (logit > low + (2 * spacing) && logit < high - (2 * spacing))
            {
                Assert.InRange(masses.Count(mass => mass != 0), 1, 4);
                for (int k = 1; k <= 3; k++)
                {
                    Assert.Equal(0, Moment(grid, masses, k, logit), 1e-12 * Math.Pow(spacing, k));
                }
            }
        }
    }

    [Fact]
    public void A_share_is_of_a_point_s_own_width()
    {
        var grid = new LogitGrid(-1, 1, 0.25);
        int zero = Array.IndexOf(grid.Points, 0);
        Assert.Equal([1, 1, 0.75, 0.5, 0.25, 0, 0], new[] { double.NegativeInfinity, -0.125, -0.0625, 0, 0.0625, 0.125, double.PositiveInfinity }.Select(logit => grid.ShareFrom(zero, logit)));
        Assert.Equal((1, 0), (grid.ShareFrom(0, double.NegativeInfinity), grid.ShareFrom(grid.Points.Length - 1, double.PositiveInfinity)));
        Assert.Equal(0.5, grid.ShareFrom(zero, grid.EdgeBelow(zero) + (grid.Spacing / 2)));

        // The shares above a logit make up the mass above it.
        double[] all = [.. Enumerable.Range(1, grid.Points.Length - 2).Select(i => grid.ShareFrom(i, 0.3) * (grid.EdgeBelow(i + 1) - grid.EdgeBelow(i)))];
        Assert.Equal(grid.EdgeBelow(grid.Points.Length - 1) - 0.3, all.Sum(), 1e-9);
    }

    [Fact]
    public void The_nearest_point_is_told_inside_the_window_only()
    {
        var grid = new LogitGrid(-1, 1, 0.25);
        Assert.Null(grid.EvenIndexOf(-1.5));
        Assert.Null(grid.EvenIndexOf(1.5));
        Assert.Equal(0.25, grid.Points[grid.EvenIndexOf(0.3)!.Value]);
        Assert.Equal(0.5, grid.Points[grid.EvenIndexOf(0.4)!.Value]);
    }

    private static IEnumerable<double> Logits(LogitGrid grid, double low, double high)
    {
        var random = new System.Random(5);
        IEnumerable<double> inside = Enumerable.Range(0, 200).Select(_ => low + ((high - low) * random.NextDouble()));
        IEnumerable<double> outside = Enumerable.Range(0, 200).Select(_ => (random.NextDouble() < 0.5 ? -1 : 1) * Math.Exp(14 * random.NextDouble()));
        return [.. inside, .. outside, low, high, .. grid.Points.Where((_, i) => i % 7 == 0), -3 * End, 3 * End];
    }

    private static double Moment(LogitGrid grid, double[] masses, int k, double about)
    {
        double sum = 0;
        for (int i = 0; i < masses.Length; i++)
        {
            sum += masses[i] == 0 ? 0 : masses[i] * Math.Pow(grid.Points[i] - about, k);
        }

        return sum;
    }
}
