/** The people's pages. */
import { enhance } from "./page";

document.documentElement.classList.add("js");
enhance();
