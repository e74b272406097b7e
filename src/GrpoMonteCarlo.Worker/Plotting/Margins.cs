namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>What stands around a panel's plot area, in px.</summary>
internal readonly record struct Margins(double Left, double Top, double Right, double Bottom);
