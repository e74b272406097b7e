namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>
/// How the pictures' classes look, in light, in dark and on paper. Colours that change are custom properties of .plot, so that a page may set
/// them too; before each stands what a renderer without custom properties takes. Series are Okabe and Ito's colours in their order, but for
/// yellow, which is last because it is faint on white.
/// </summary>
internal static class Stylesheet
{
    public const int SeriesCount = 8;

    public const string Text =
        """

        .plot{--plot-ground:#fff;--plot-ink:#000;--plot-axis:#333;--plot-grid:#e4e4e4;--plot-faint:#777;--plot-yellow:#d9c400;
        font-family:"Helvetica Neue",Helvetica,Arial,"Liberation Sans","DejaVu Sans",sans-serif}
        @media (prefers-color-scheme: dark){.plot{--plot-ground:#15171a;--plot-ink:#eee;--plot-axis:#bbb;--plot-grid:#33363b;--plot-faint:#999;
        --plot-yellow:#f0e442}}
        @media print{.plot{--plot-ground:#fff;--plot-ink:#000;--plot-axis:#333;--plot-grid:#e4e4e4;--plot-faint:#777;--plot-yellow:#d9c400}}
        .plot .ground{fill:#fff;fill:var(--plot-ground)}
        .plot text{fill:#000;fill:var(--plot-ink)}
        .plot .note{stroke:#fff;stroke:var(--plot-ground);stroke-width:3;stroke-linejoin:round;paint-order:stroke}
        .plot .axis{fill:none;stroke:#333;stroke:var(--plot-axis);stroke-width:1}
        .plot .minor{fill:none;stroke:#333;stroke:var(--plot-axis);stroke-width:.6}
        .plot .grid{fill:none;stroke:#e4e4e4;stroke:var(--plot-grid);stroke-width:.75}
        .plot .reference{fill:none;stroke:#777;stroke:var(--plot-faint);stroke-width:1;stroke-dasharray:4 3}
        .plot .hatch{fill:none;stroke:#777;stroke:var(--plot-faint);stroke-width:.8}
        .plot .cells{shape-rendering:crispEdges}
        .plot .line{fill:none;stroke-width:1.75;stroke-linejoin:round}
        .plot .error{fill:none;stroke-width:1.1}
        .plot .outline{fill:none;stroke-width:1.25}
        .plot .marker{stroke:#fff;stroke:var(--plot-ground);stroke-width:.6}
        .plot .dot{stroke:none}
        .plot .dots{fill:none;stroke-linecap:round}
        .plot .band{stroke:none;fill-opacity:.2}
        .plot .bar{stroke:none;fill-opacity:.25}
        .plot .s0{stroke:#000;stroke:var(--plot-ink)}
        .plot .s1{stroke:#e69f00}
        .plot .s2{stroke:#56b4e9}
        .plot .s3{stroke:#009e73}
        .plot .s4{stroke:#0072b2}
        .plot .s5{stroke:#d55e00}
        .plot .s6{stroke:#cc79a7}
        .plot .s7{stroke:#d9c400;stroke:var(--plot-yellow)}
        .plot .f0{fill:#000;fill:var(--plot-ink)}
        .plot .f1{fill:#e69f00}
        .plot .f2{fill:#56b4e9}
        .plot .f3{fill:#009e73}
        .plot .f4{fill:#0072b2}
        .plot .f5{fill:#d55e00}
        .plot .f6{fill:#cc79a7}
        .plot .f7{fill:#d9c400;fill:var(--plot-yellow)}
        .plot .d1{stroke-dasharray:6 2.5}
        .plot .d2{stroke-dasharray:1.75 1.75}
        .plot .d3{stroke-dasharray:7 2 1.75 2}
        .plot .d4{stroke-dasharray:11 3}
        .plot .d5{stroke-dasharray:3.5 2}
        .plot .d6{stroke-dasharray:7 2 1.75 2 1.75 2}
        .plot .d7{stroke-dasharray:12 2 2 2}

        """;
}
