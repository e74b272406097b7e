using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Tests.Theory;

/// <summary>Logarithms and complements keep their digits at the edges.</summary>
public class SuccessProbabilityTests
{
    [Fact]
    public void Logarithms_of_p_hold_at_any_logit()
    {
        foreach (double logit in new[] { -700.0, -20, -1, -0.1, 0, 0.5, 1, 3 })
        {
            var p = SuccessProbability.FromLogit(logit);
            Assert.Equal(1, p.LogP / Math.Log(p.P), 1e-14);
            Assert.Equal(1, SuccessProbability.FromLogit(-logit).LogOneMinusP / Math.Log(p.P), 1e-14);
        }

        // log(1-q) = -q - q^2/2 - ... near p = 1, and L itself where p is below the range of a double.
        double q = Math.Exp(-20);
        Assert.Equal(1, SuccessProbability.FromLogit(20).LogP / (-q + (q * q / 2)), 1e-14);
        Assert.Equal(1, SuccessProbability.FromLogit(60).LogP / -Math.Exp(-60), 1e-14);
        Assert.Equal(-2000, SuccessProbability.FromLogit(-2000).LogP);
        Assert.Equal(0, SuccessProbability.FromP(1).LogP);
        Assert.Equal(double.NegativeInfinity, SuccessProbability.FromP(0).LogP);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1e-300, 1e-300)]
    [InlineData(-1e-20, 1e-20)]
    [InlineData(-1e-10, 9.9999999995e-11)]
    [InlineData(-0.125, 0.11750309741540454)]
    [InlineData(-0.25, 0.22119921692859513)]
    [InlineData(-0.3125, 0.26838437105335820)]
    [InlineData(-1, 0.6321205588285577)]
    [InlineData(double.NegativeInfinity, 1)]
    public void Complements_of_powers_do_not_cancel(double x, double expected) =>
        Assert.Equal(expected, Complement.OfExp(x), 5e-16 * expected);
}
