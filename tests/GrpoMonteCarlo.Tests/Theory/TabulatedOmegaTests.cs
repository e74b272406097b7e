using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Theory;

/// <summary>Omega read from a table is Omega.</summary>
public class TabulatedOmegaTests
{
    [Theory]
    [InlineData("grpo", 2)]
    [InlineData("grpo", 16)]
    [InlineData("grpo", 4096)]
    [InlineData("grpo-sample-std", 64)]
    [InlineData("maxrl", 300)]
    [InlineData("dr-grpo", 7)]
    public void It_has_the_values_of_the_other(string rule, int groupSize)
    {
        FiniteGroupOmega omega = AdvantageRule.Named.Single(named => named.Name == rule).FiniteGroup(groupSize, 1e-5);
        var table = new TabulatedOmega(omega);
        var random = new System.Random(5);
        double[] logits = [.. Enumerable.Range(0, 2000).Select(_ => 24 * (random.NextDouble() - 0.5)), -300, 300, 0, 1, double.PositiveInfinity];
        Assert.All(logits.Select(SuccessProbability.FromLogit), p => Assert.Equal(1, table.At(p) / omega.At(p), 1e-12));
    }
}
