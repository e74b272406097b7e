using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Updates;

public class GradientSettingsTests
{
    [Fact]
    public void What_is_not_set_is_one_unclipped_step_with_k3_on_every_rollout()
    {
        var settings = new GradientSettings();
        Assert.Equal(1, settings.Steps);
        Assert.Equal(0.1, settings.LearningRate);
        Assert.Equal(double.PositiveInfinity, settings.ClipLow);
        Assert.Equal(double.PositiveInfinity, settings.ClipHigh);
        Assert.Equal(KlEstimator.K3, settings.Kl);
        Assert.False(settings.MaskDegenerateKl);
    }

    [Fact]
    public void Clips_from_zero_to_infinity_are_taken()
    {
        var settings = new GradientSettings { ClipLow = 0, ClipHigh = 3 };
        Assert.Equal(0, settings.ClipLow);
        Assert.Equal(3, settings.ClipHigh);
    }

    [Fact]
    public void Values_without_a_meaning_are_refused_by_name()
    {
        Refused(nameof(GradientSettings.Steps), () => new GradientSettings { Steps = 0 });
        foreach (double rate in new[] { 0, -1, double.NaN, double.PositiveInfinity, 1e13 })
        {
            Refused(nameof(GradientSettings.LearningRate), () => new GradientSettings { LearningRate = rate });
        }

        foreach (double clip in new[] { -1e-9, double.NaN, double.NegativeInfinity })
        {
            Refused(nameof(GradientSettings.ClipLow), () => new GradientSettings { ClipLow = clip });
            Refused(nameof(GradientSettings.ClipHigh), () => new GradientSettings { ClipHigh = clip });
        }

        Refused(nameof(GradientSettings.Kl), () => new GradientSettings { Kl = (KlEstimator)6 });
    }

    [Theory]
    [InlineData(KlEstimator.Exact)]
    [InlineData(KlEstimator.K1InReward)]
    public void Masking_a_kl_that_is_not_sampled_in_the_loss_is_refused(KlEstimator kl)
    {
        var settings = new GradientSettings { Kl = kl, MaskDegenerateKl = true };
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new GradientUpdate(settings, 1, 4));
        Assert.Contains(nameof(GradientSettings.MaskDegenerateKl), refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(1e13)]
    public void Beta_out_of_range_is_refused(double beta) =>
        Assert.Equal("beta", Assert.Throws<ArgumentOutOfRangeException>(() => new GradientUpdate(new GradientSettings(), beta, 4)).ParamName);

    private static void Refused(string member, Func<GradientSettings> make)
    {
        ArgumentOutOfRangeException refusal = Assert.Throws<ArgumentOutOfRangeException>(make);
        Assert.Equal(member, refusal.ParamName);
        Assert.StartsWith(member, refusal.Message, StringComparison.Ordinal);
    }
}
